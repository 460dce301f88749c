package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar and the start script as processes. */
class StartScriptIT {

    private static final Path SCRIPT = Path.of("target", "scaleout-edge").toAbsolutePath();
    private static final Path JAR = Path.of("target", "scaleout-edge.jar").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(240);

    @TempDir
    Path folder;

    @Test
    void firstStartLeavesAnArchiveThatLaterOnesUse() throws Exception {
        Path cache = folder.resolve("cache");

        Run first = run(environment(cache), SCRIPT.toString(), "--version");
        List<Path> archives = awaitArchive(cache);
        Process sandbox = start(environment(cache), folder.resolve("out"), SCRIPT.toString(), "sandbox");
        awaitReady(folder.resolve("out"));
        String mapped = Files.readString(Path.of("/proc", Long.toString(sandbox.pid()), "maps"));
        sandbox.destroy();

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).matches("scaleout-edge .*, Java .*\n");
        assertThat(first.err()).isEmpty();
        assertThat(archives).hasSize(1);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(archives.get(0).getParent())))
                .isEqualTo("rwx------");
        assertThat(mapped).contains(archives.get(0).toString());
        assertThat(sandbox.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(sandbox.exitValue()).isZero();
        assertThat(archives(cache)).isEqualTo(archives);
    }

    @Test
    void archiveThatCannotBeMadeOrReadIsDoneWithout() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        Path cache = folder.resolve("cache");
        run(environment(cache), SCRIPT.toString(), "--version");
        Path archive = awaitArchive(cache).get(0);
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(archive, "garbage");

        List<Run> runs = List.of(
                run(environment(cache), SCRIPT.toString(), "--version"),
                run(environment(file), SCRIPT.toString(), "--version"),
                run(Map.of("SCALEOUT_EDGE_CACHE", ""), SCRIPT.toString(), "--version"));

        assertThat(runs).allSatisfy(run -> {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).matches("scaleout-edge .*, Java .*\n");
            assertThat(run.err()).isEmpty();
        });
    }

    /** An archive is made for the jar as the script names it, and Java looks there again, from wherever it is started. */
    @Test
    void anArchiveFromARelativePathServesStartsFromElsewhere() throws Exception {
        Path cache = folder.resolve("cache");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));

        run(environment(cache), "sh", "-c", "cd '" + SCRIPT.getParent() + "' && ./scaleout-edge --version");
        Path archive = awaitArchive(cache).get(0);
        Process sandbox = start(
                environment(cache),
                folder.resolve("out"),
                "sh",
                "-c",
                "cd '" + elsewhere + "' && exec '" + SCRIPT + "' sandbox");
        awaitReady(folder.resolve("out"));
        String mapped = Files.readString(Path.of("/proc", Long.toString(sandbox.pid()), "maps"));
        sandbox.destroy();

        assertThat(mapped).contains(archive.toString());
        assertThat(sandbox.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** Runs the lines of the page for this release, as they stand there. */
    @Test
    void documentedLinesMakeAnArchiveForJavaAlone() throws Exception {
        boolean caches = Runtime.version().feature() >= 25;
        List<String> lines = Files.readAllLines(Path.of("..", "docs", "command-line.md")).stream()
                .filter(line -> line.startsWith(caches ? "java -XX:AOTCache" : "java -XX:ArchiveClasses")
                        || !caches && line.startsWith("java -XX:SharedArchiveFile"))
                .map(line -> "exec '" + java() + "'"
                        + line.substring("java".length()).replace("app.jar", JAR.toString()))
                .toList();
        Path out = folder.resolve("out");

        Run made = run(Map.of(), "sh", "-c", "cd '" + folder + "' && " + lines.get(0) + " --version");
        Process sandbox = start(Map.of(), out, "sh", "-c", "cd '" + folder + "' && " + lines.get(1) + " sandbox");
        awaitReady(out);
        String mapped = Files.readString(Path.of("/proc", Long.toString(sandbox.pid()), "maps"));
        sandbox.destroy();

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(mapped)
                .contains(folder.resolve(caches ? "edge.aot" : "edge.jsa")
                        .toRealPath()
                        .toString());
        assertThat(sandbox.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Tag("once")
    void optionsOfTheUserReplaceThoseOfTheScript() throws Exception {
        String flags = "-XX:+PrintFlagsFinal";

        Run own = run(flags(Map.of("JDK_JAVA_OPTIONS", flags)), SCRIPT.toString(), "client", "--help");
        Run collector = run(
                flags(Map.of("JDK_JAVA_OPTIONS", flags + " -XX:+UseParallelGC")),
                SCRIPT.toString(),
                "client",
                "--help");
        Run heap = run(flags(Map.of("JAVA_TOOL_OPTIONS", flags + " -Xmx9m")), SCRIPT.toString(), "client", "--help");
        Run compiler = run(
                flags(Map.of("JDK_JAVA_OPTIONS", flags + " -XX:TieredStopAtLevel=4")), SCRIPT.toString(), "--version");

        assertThat(flag(own, "InitialHeapSize")).isEqualTo(16L << 20);
        assertThat(flag(own, "MaxHeapSize")).isGreaterThan(64L << 20);
        assertThat(own.out()).containsPattern("UseSerialGC += true");
        assertThat(collector.out()).containsPattern("UseParallelGC += true").containsPattern("UseSerialGC += false");
        assertThat(flag(heap, "MaxHeapSize")).isBetween(9L << 20, 10L << 20);
        assertThat(flag(compiler, "TieredStopAtLevel")).isEqualTo(4);
        assertThat(List.of(own, collector, heap, compiler))
                .allSatisfy(run -> assertThat(run.exitCode()).as(run.err()).isZero());
    }

    private static Map<String, String> flags(Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("SCALEOUT_EDGE_CACHE", "");
        return environment;
    }

    /** What Java says a flag is. */
    private static long flag(Run run, String name) {
        Matcher flag = Pattern.compile("\\b" + name + " += (\\d+)").matcher(run.out());
        assertThat(flag.find()).as(name + " in " + run.out()).isTrue();
        return Long.parseLong(flag.group(1));
    }

    @Test
    @Tag("once")
    void scriptFindsItsJarThroughLinksAndBlanks() throws Exception {
        Path place = Files.createDirectories(folder.resolve("a place with blanks"));
        Files.copy(JAR, place.resolve("scaleout-edge.jar"));
        Files.copy(SCRIPT, place.resolve("scaleout-edge"));
        Path link = Files.createSymbolicLink(
                Files.createDirectories(folder.resolve("bin")).resolve("edge"),
                Path.of("..", "a place with blanks", "scaleout-edge"));

        Run run = run(environment(folder.resolve("a cache")), "sh", link.toString(), "model", "nonsense");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).contains("nonsense");
        assertThat(awaitArchive(folder.resolve("a cache"))).hasSize(1);
    }

    /** The clinics of Beijing and Shanghai must not become one client in a container without a locale. */
    @Test
    @Tag("once")
    void namesStayWhatTheyAreInALocaleWithoutThem() throws Exception {
        Map<String, String> posix = Map.of("SCALEOUT_EDGE_CACHE", "", "LC_ALL", "C");
        // The shell makes the name of its bytes: this Java may have no locale for them either.
        String beijing = "\"$(printf '\\345\\214\\227\\344\\272\\254')\"";

        Run script = run(posix, "sh", "-c", "exec '" + SCRIPT + "' model inspect " + beijing);
        Run jar = run(posix, "sh", "-c", "exec '" + java() + "' -jar '" + JAR + "' client --name " + beijing);

        assertThat(script.exitCode()).isEqualTo(1);
        assertThat(script.out() + script.err()).contains("\u5317\u4eac");
        assertThat(jar.exitCode()).isEqualTo(2);
        assertThat(jar.err()).hasLineCount(1).contains("the value of --name", "LC_ALL=C.UTF-8");
    }

    /** A user without an entry in the list of users, as with an arbitrary uid in a container. */
    @Test
    @Tag("once")
    void noFolderIsCalledAfterAHomeThatThereIsNot() throws Exception {
        Map<String, String> environment = Map.of("SCALEOUT_EDGE_CACHE", "", "HOME", folder.toString());
        List<String> client = List.of(
                java(),
                "-Duser.home=?",
                "-jar",
                JAR.toString(),
                "client",
                "--combiner",
                "127.0.0.1:1",
                "--client-id",
                "one");
        List<String> briefly =
                Stream.concat(client.stream(), Stream.of("--exit-after", "0.1")).toList();

        Run good = run(environment, briefly.toArray(new String[0]));
        Run none = run(Map.of("SCALEOUT_EDGE_CACHE", "", "HOME", "?"), client.toArray(new String[0]));

        assertThat(good.exitCode()).as(good.err()).isZero();
        assertThat(folder.resolve(".scaleout/edge/direct-one")).isDirectory();
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err())
                .hasLineCount(1)
                .contains("no home directory", "--state-dir", "SCALEOUT_HOME_DIR", "--stateless");
        assertThat(Path.of("?")).doesNotExist();
    }

    @Test
    @Tag("once")
    void missingJavaAndMissingJarAreNamed() throws Exception {
        Path alone = Files.copy(SCRIPT, folder.resolve("scaleout-edge"));

        Run noJava = run(Map.of("JAVA_HOME", "/no/java"), SCRIPT.toString(), "--version");
        Run noJar = run(Map.of(), "sh", alone.toString(), "--version");

        assertThat(noJava.exitCode()).isEqualTo(1);
        assertThat(noJava.err()).hasLineCount(1).contains("/no/java/bin/java", "JAVA_HOME");
        assertThat(noJar.exitCode()).isEqualTo(1);
        assertThat(noJar.err()).hasLineCount(1).contains("scaleout-edge.jar");
    }

    @Test
    @Tag("once")
    void processesOfTheCommandTrainTogetherAndASignalEndsThemWithZero() throws Exception {
        Map<String, String> environment = Map.of("SCALEOUT_EDGE_CACHE", "");
        Process sandbox = start(
                environment,
                folder.resolve("sandbox"),
                java(),
                "-jar",
                JAR.toString(),
                "sandbox",
                "--auth",
                "--rounds",
                "1",
                "--ready-file",
                folder.resolve("ready").toString());
        JsonNode ready = awaitReady(folder.resolve("sandbox"));
        Path token = Files.writeString(
                folder.resolve("token"), ready.get("tokens").get("refresh").textValue());
        Process client = start(
                environment,
                folder.resolve("client"),
                SCRIPT.toString(),
                "client",
                "--api",
                ready.get("rest").textValue(),
                "--token-file",
                token.toString(),
                "--name",
                "n",
                "--stateless",
                "--events",
                "json",
                "--log-level",
                "info");
        await().atMost(PATIENCE)
                .until(() -> Files.readString(folder.resolve("sandbox")).contains("\"session\":\"finished\""));

        client.destroy();
        sandbox.destroy();

        assertThat(client.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(sandbox.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(client.exitValue()).isZero();
        assertThat(sandbox.exitValue()).isZero();
        List<JsonNode> events = Files.readAllLines(folder.resolve("client")).stream()
                .map(Run::parse)
                .toList();
        assertThat(events.get(events.size() - 1).get("to").textValue()).isEqualTo("CLOSED");
        String log = Files.readString(folder.resolve("client.err"));
        assertThat(log).contains("INFO scaleout.client: ");
        for (JsonNode secret : ready.get("tokens")) {
            assertThat(Files.readString(folder.resolve("client")) + log).doesNotContain(secret.textValue());
        }
    }

    @Test
    @Tag("once")
    void whatFailsIsOneLineWithTheLogsOfTheProcess() throws Exception {
        try (Sandbox sandbox = Sandbox.builder().authentication(true).start()) {
            Path token = Files.writeString(folder.resolve("token"), "no-token-of-this-network");

            Run refused = run(
                    Map.of("SCALEOUT_EDGE_CACHE", ""),
                    SCRIPT.toString(),
                    "client",
                    "--api",
                    sandbox.restUri().toString(),
                    "--token-file",
                    token.toString(),
                    "--client-id",
                    "a",
                    "--stateless");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).hasLineCount(1).contains("check the credential");
        }
    }

    @Test
    @Tag("once")
    void secondSignalEndsAClientAtOnceThoughItsTaskGoesOn() throws Exception {
        try (Sandbox sandbox = Sandbox.builder().start();
                ScaleoutModel model = ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.scalar(1f)))) {
            sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", "a").withModel(sandbox.addModel(model)));
            Path out = folder.resolve("client");
            Process client = start(
                    Map.of("SCALEOUT_EDGE_CACHE", ""),
                    out,
                    SCRIPT.toString(),
                    "client",
                    "--api",
                    sandbox.restUri().toString(),
                    "--client-id",
                    "a",
                    "--stateless",
                    "--builtin",
                    "stubborn=600000",
                    "--drain",
                    "300",
                    "--events",
                    "json");
            await().atMost(PATIENCE).until(() -> Files.readString(out).contains("\"step\":\"running\""));

            client.destroy();
            await().atMost(PATIENCE).until(() -> Files.readString(out).contains("\"to\":\"DRAINING\""));
            client.destroy();

            assertThat(client.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(client.exitValue()).isEqualTo(1);
            assertThat(Files.readString(Path.of(out + ".err"))).contains("stopped at once");
        }
    }

    private static JsonNode awaitReady(Path out) {
        await().atMost(PATIENCE).until(() -> Files.readString(out).contains("\n"));
        try {
            return Run.parse(Files.readAllLines(out).get(0));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> environment(Path cache) {
        return Map.of("SCALEOUT_EDGE_CACHE", cache.toString());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Waits until an archive is there and nobody is at work on one. */
    private static List<Path> awaitArchive(Path cache) throws IOException {
        await().atMost(PATIENCE).until(() -> {
            List<Path> archives = archives(cache);
            return archives.size() == 1 && Files.notExists(archives.get(0).resolveSibling("making"));
        });
        return archives(cache);
    }

    private static List<Path> archives(Path cache) throws IOException {
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(file -> file.endsWith("classes")).toList();
        }
    }

    private Run run(Map<String, String> environment, String... command) throws Exception {
        Path out = Files.createTempFile(folder, "run", ".out");
        Process process = start(environment, out, command);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), Files.readString(out), Files.readString(Path.of(out + ".err")));
    }

    /** Starts a process whose output goes to a file and whose errors go to the same with {@code .err} behind its name. */
    private static Process start(Map<String, String> environment, Path out, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // Would be told on standard error by every Java.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(environment);
        builder.redirectOutput(out.toFile());
        builder.redirectError(Path.of(out + ".err").toFile());
        return builder.start();
    }
}

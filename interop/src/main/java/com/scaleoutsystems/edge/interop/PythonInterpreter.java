package com.scaleoutsystems.edge.interop;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Python of this machine that the reference client runs on and that can make virtual environments.
 *
 * @param executable how to start it
 * @param minorVersion 12 for Python 3.12
 */
record PythonInterpreter(Path executable, int minorVersion) {
    static final int OLDEST_MINOR_VERSION = 12;

    private static final int NEWEST_NAMED_VERSION = 20;

    /** Some systems split the modules for virtual environments from the rest. */
    private static final String PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";

    private static final Pattern VERSION = Pattern.compile("3\\.(\\d+)\\s*");

    /** Looks at the variable PYTHON, then at PATH, then at pyenv's versions from the newest; the first that will do is it. */
    static Optional<PythonInterpreter> find(Map<String, String> environment) {
        return candidates(environment)
                .filter(Files::isExecutable)
                .flatMap(candidate -> probe(candidate).stream())
                .filter(python -> python.minorVersion() >= OLDEST_MINOR_VERSION)
                .findFirst();
    }

    /** The same, but with an exception that says what was looked for. */
    static PythonInterpreter require(Map<String, String> environment) throws MissingPythonException {
        return find(environment).orElseThrow(MissingPythonException::new);
    }

    private static Stream<Path> candidates(Map<String, String> environment) {
        List<Path> folders = path(environment);
        Stream<Path> named = Stream.ofNullable(environment.get("PYTHON"))
                .filter(text -> !text.isBlank())
                .flatMap(text -> Stream.concat(
                        path(text),
                        folders.stream()
                                .flatMap(folder -> path(folder.resolve(text).toString()))));
        Stream<Path> onPath =
                folders.stream().flatMap(folder -> executableNames().map(folder::resolve));
        return Stream.of(named, onPath, pyenv(environment)).flatMap(stream -> stream);
    }

    private static List<Path> path(Map<String, String> environment) {
        return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(text -> !text.isBlank())
                .flatMap(PythonInterpreter::path)
                .toList();
    }

    private static Stream<Path> path(String text) {
        try {
            return Stream.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Stream.empty();
        }
    }

    private static Stream<String> executableNames() {
        Stream<String> versioned = IntStream.rangeClosed(OLDEST_MINOR_VERSION, NEWEST_NAMED_VERSION)
                .mapToObj(minor -> "python3." + minor);
        return Stream.of(Stream.of("python3", "python", "python3.exe", "python.exe"), versioned)
                .flatMap(stream -> stream);
    }

    private static Stream<Path> pyenv(Map<String, String> environment) {
        Path root = Optional.ofNullable(environment.get("PYENV_ROOT"))
                .filter(text -> !text.isBlank())
                .map(Path::of)
                .orElseGet(() -> Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".pyenv"));
        Path versions = root.resolve("versions");
        if (!Files.isDirectory(versions)) {
            return Stream.empty();
        }
        try (Stream<Path> folders = Files.list(versions)) {
            List<Path> newestFirst = new ArrayList<>(folders.toList());
            newestFirst.sort(Comparator.comparingInt(PythonInterpreter::minorVersionOf)
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()));
            return newestFirst.stream().map(folder -> folder.resolve("bin/python"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int minorVersionOf(Path pyenvVersion) {
        Matcher version = Pattern.compile("3\\.(\\d+).*")
                .matcher(pyenvVersion.getFileName().toString());
        return version.matches() ? Integer.parseInt(version.group(1)) : -1;
    }

    private static Optional<PythonInterpreter> probe(Path candidate) {
        try {
            Process process = new ProcessBuilder(candidate.toString(), "-c", PROBE)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            Matcher version =
                    VERSION.matcher(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return process.exitValue() == 0 && version.matches()
                    ? Optional.of(new PythonInterpreter(candidate, Integer.parseInt(version.group(1))))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while looking for Python", e);
        }
    }
}

package com.scaleoutsystems.edge.client.network;

import static org.junit.jupiter.api.Assertions.fail;

import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import io.grpc.MethodDescriptor;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real nginx in front of a combiner, both on this machine. It can answer calls itself for a while. */
final class Nginx implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What the configuration below can answer with a web page. */
    private static final List<Integer> STATUSES = List.of(403, 404);

    private static final List<MethodDescriptor<?, ?>> CALLS = Stream.of(
                    CombinerClientGrpc.getServiceDescriptor(), ModelServiceGrpc.getServiceDescriptor())
            .<MethodDescriptor<?, ?>>flatMap(service -> service.getMethods().stream())
            .toList();

    private static final String CONFIGURATION = """
            daemon off;
            master_process off;
            pid FOLDER/pid;
            error_log FOLDER/error.log;
            events {}
            http {
                log_format call '$status $uri';
                access_log FOLDER/access.log call;
                client_body_temp_path FOLDER/body;
                proxy_temp_path FOLDER/proxy;
                fastcgi_temp_path FOLDER/fastcgi;
                scgi_temp_path FOLDER/scgi;
                uwsgi_temp_path FOLDER/uwsgi;
                limit_req_zone $limited zone=rate:1m rate=1r/s;
                limit_req_status 429;
                server {
                    listen 127.0.0.1:PORT http2;
                    grpc_read_timeout 10m;
                    set $limited "";
                    if (-f FOLDER/limited) { set $limited "all"; }
                    location / {
                        limit_req zone=rate burst=2 nodelay;
                        if (-f FOLDER/pages/403$uri) { return 403; }
                        if (-f FOLDER/pages/404$uri) { return 404; }
                        grpc_pass grpc://127.0.0.1:COMBINER;
                    }
                    DIRECTIVES
                }
            }
            """;

    private final Path folder;
    private final int port;
    private final int combiner;
    private final String program;
    private Process process;

    private Nginx(String program, Path folder, int combiner, List<String> directives) {
        this.program = program;
        this.folder = folder;
        this.combiner = combiner;
        this.port = freePort();
        this.process = run(directives);
    }

    /** Skips the calling tests if there is no nginx on this machine; fails them where CI=true. */
    static void require() {
        if (program().isEmpty()) {
            String missing =
                    "nginx is missing: the tests with a real proxy need it (Debian: apt-get install nginx-light)";
            if ("true".equals(System.getenv("CI"))) {
                fail(missing);
            }
            System.err.println(missing);
            Assumptions.abort(missing);
        }
    }

    private static Optional<String> program() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(place -> Path.of(place, "nginx"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /**
     * Starts nginx.
     *
     * @param directives are added to the configuration of the server
     */
    static Nginx before(int combiner, Path folder, String... directives) {
        return new Nginx(program().orElseThrow(), folder, combiner, List.of(directives));
    }

    private static int freePort() {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process run(List<String> directives) {
        try {
            String text = CONFIGURATION
                    .replace("FOLDER", folder.toString())
                    .replace("PORT", String.valueOf(port))
                    .replace("COMBINER", String.valueOf(combiner))
                    .replace("DIRECTIVES", String.join("\n", directives));
            Path file = Files.writeString(folder.resolve("nginx.conf"), text);
            Path errors = folder.resolve("error.log");
            Process started = new ProcessBuilder(program, "-e", errors.toString(), "-c", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output").toFile())
                    .start();
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!accepts()) {
                if (!started.isAlive() || System.nanoTime() > end) {
                    started.destroyForcibly();
                    throw new AssertionError("nginx does not run:\n" + Files.readString(errors));
                }
                Thread.onSpinWait();
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean accepts() {
        try (Socket there = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return there.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** From now on nginx answers these calls itself, with a web page, and passes on all others. */
    void answer(int status, Predicate<String> calls) {
        for (MethodDescriptor<?, ?> call : CALLS) {
            Path mark = folder.resolve("pages/" + status + "/" + call.getFullMethodName());
            if (calls.test(call.getBareMethodName())) {
                set(mark);
            } else {
                remove(mark);
            }
        }
    }

    /** From now on nginx accepts one call a second. */
    void limitCalls() {
        set(folder.resolve("limited"));
    }

    /** From now on nginx passes everything on. */
    void passOn() {
        STATUSES.forEach(status -> answer(status, call -> false));
        remove(folder.resolve("limited"));
    }

    private static void set(Path mark) {
        try {
            Files.createDirectories(mark.getParent());
            Files.write(mark, new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path mark) {
        try {
            Files.deleteIfExists(mark);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops nginx and starts it with other directives, on the same port. */
    void restart(String... directives) {
        stop();
        process = run(List.of(directives));
    }

    /** How many calls nginx has answered with this status. */
    long answers(int status, String call) {
        try (Stream<String> lines = Files.lines(folder.resolve("access.log"))) {
            return lines.filter(line -> line.startsWith(status + " ") && line.endsWith("/" + call))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stop() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}

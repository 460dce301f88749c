package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.proxies.RealProxy;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A real nginx in front of a combiner, both on this machine. It can answer calls itself for a while. */
final class Nginx extends RealProxy {

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

    private final int combiner;

    private Nginx(Path folder, int combiner) {
        super("nginx", folder);
        this.combiner = combiner;
    }

    /** Skips the calling tests if there is no nginx on this machine; fails them where CI=true. */
    static void require() {
        RealProxy.require("nginx", "nginx-light");
    }

    /**
     * Starts nginx.
     *
     * @param directives are added to the configuration of the server
     */
    static Nginx before(int combiner, Path folder, String... directives) {
        Nginx nginx = new Nginx(folder, combiner);
        nginx.configure(directives);
        nginx.start();
        return nginx;
    }

    private void configure(String... directives) {
        write(
                "nginx.conf",
                CONFIGURATION
                        .replace("FOLDER", folder().toString())
                        .replace("PORT", String.valueOf(port()))
                        .replace("COMBINER", String.valueOf(combiner))
                        .replace("DIRECTIVES", String.join("\n", directives)));
    }

    @Override
    protected List<String> arguments() {
        return List.of(
                "-e",
                folder().resolve("error.log").toString(),
                "-c",
                folder().resolve("nginx.conf").toString());
    }

    @Override
    public void reload() {
        signal("HUP");
    }

    /** From now on nginx answers these calls itself, with a web page, and passes on all others. */
    void answer(int status, Predicate<String> calls) {
        for (MethodDescriptor<?, ?> call : CALLS) {
            Path mark = folder().resolve("pages/" + status + "/" + call.getFullMethodName());
            if (calls.test(call.getBareMethodName())) {
                set(mark);
            } else {
                remove(mark);
            }
        }
    }

    /** From now on nginx accepts one call a second. */
    void limitCalls() {
        set(folder().resolve("limited"));
    }

    /** From now on nginx passes everything on. */
    void passOn() {
        STATUSES.forEach(status -> answer(status, call -> false));
        remove(folder().resolve("limited"));
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
        configure(directives);
        start();
    }

    /** How many calls nginx has answered with this status. */
    long answers(int status, String call) {
        return read("access.log")
                .lines()
                .filter(line -> line.startsWith(status + " ") && line.endsWith("/" + call))
                .count();
    }
}

package com.scaleoutsystems.edge.client.proxies;

import java.util.List;

/** nginx with the page's file, as Debian's main file includes it. */
final class Nginx extends ReverseProxy {

    private static final String MAIN = """
            daemon off;
            user root;
            pid FOLDER/pid;
            error_log FOLDER/errors;
            SHUTDOWN
            events {}
            http {
                log_format call '$status $uri $status ';
                access_log FOLDER/log call;
                client_body_temp_path FOLDER/body;
                proxy_temp_path FOLDER/proxy;
                fastcgi_temp_path FOLDER/fastcgi;
                scgi_temp_path FOLDER/scgi;
                uwsgi_temp_path FOLDER/uwsgi;
                include FOLDER/edge.conf;
            }
            """;

    static final String PROGRAM = "nginx";

    private static final String SHUTDOWN_TIME = "30m";

    /** With the page's time for the streams of old processes. */
    Nginx(Setup setup) {
        this(setup, SHUTDOWN_TIME);
    }

    Nginx(Setup setup, String shutdownTime) {
        super(PROGRAM, setup, "edge.conf", ProxiesPage.blocks("nginx").get(0));
        String shutdown = ProxiesPage.replace(ProxiesPage.blocks("nginx").get(1), SHUTDOWN_TIME, shutdownTime);
        write("nginx.conf", MAIN.replace("FOLDER", folder().toString()).replace("SHUTDOWN", shutdown));
        start();
    }

    @Override
    String onPort(String shown) {
        return ProxiesPage.replace(shown, "listen 443 ", "listen 127.0.0.1:" + port() + " ");
    }

    @Override
    protected List<String> arguments() {
        return List.of(
                "-e",
                folder().resolve("errors").toString(),
                "-c",
                folder().resolve("nginx.conf").toString());
    }

    @Override
    public void reload() {
        signal("HUP");
    }
}

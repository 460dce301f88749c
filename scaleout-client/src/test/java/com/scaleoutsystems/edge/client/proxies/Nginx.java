package com.scaleoutsystems.edge.client.proxies;

import java.util.List;

/** nginx with the page's file, as Debian's main file includes it. */
final class Nginx extends ReverseProxy {

    private static final String MAIN = """
            daemon off;
            user root;
            pid FOLDER/pid;
            error_log FOLDER/errors;
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

    Nginx(Setup setup) {
        super(PROGRAM, setup, "edge.conf", ProxiesPage.blocks("nginx").get(0));
        write("nginx.conf", MAIN.replace("FOLDER", folder().toString()));
        start();
    }

    @Override
    String onPort(String shown) {
        return ProxiesPage.replace(shown, "listen 443 ", "listen 127.0.0.1:" + port() + " ");
    }

    @Override
    List<String> arguments() {
        return List.of(
                "-e",
                folder().resolve("errors").toString(),
                "-c",
                folder().resolve("nginx.conf").toString());
    }

    @Override
    void reload() {
        signal("HUP");
    }
}

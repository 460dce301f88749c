package com.scaleoutsystems.edge.client.proxies;

import java.nio.file.Path;
import java.util.List;

/** Caddy with the page's file. */
final class Caddy extends ReverseProxy {

    static final String PROGRAM = "caddy";

    Caddy(Setup setup) {
        super(PROGRAM, setup, "Caddyfile", ProxiesPage.blocks("Caddy").get(0));
        start();
    }

    /** Without ports of the whole machine: the one for plain HTTP, and the one for commands. */
    @Override
    String onPort(String shown) {
        return "{\n\tadmin unix/" + socket() + "\n\tauto_https disable_redirects\n}\n"
                + ProxiesPage.replace(shown, ProxiesPage.HOST + " {", "https://localhost:" + port() + " {");
    }

    private Path socket() {
        return folder().resolve("admin");
    }

    @Override
    protected List<String> arguments() {
        return List.of("run", "--config", folder().resolve("Caddyfile").toString(), "--adapter", "caddyfile");
    }

    @Override
    public void reload() {
        command(
                "reload",
                "--config",
                folder().resolve("Caddyfile").toString(),
                "--adapter",
                "caddyfile",
                "--address",
                "unix/" + socket(),
                "--force");
    }
}

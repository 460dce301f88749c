package com.scaleoutsystems.edge.client.proxies;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Apache with the page's site and modules, and what Debian enables by itself. */
final class Apache extends ReverseProxy {

    /** Modules that Debian enables by itself, as far as they meddle with answers or times. */
    private static final List<String> DEBIAN = List.of("mpm_event", "authz_core", "reqtimeout", "filter", "deflate");

    private static final String MAIN = """
            ServerRoot FOLDER
            DefaultRuntimeDir FOLDER
            PidFile FOLDER/pid
            ErrorLog FOLDER/errors
            ServerName localhost
            User nobody
            Group nogroup
            Listen 127.0.0.1:PORT
            MODULES
            Include /etc/apache2/mods-available/reqtimeout.conf
            CustomLog FOLDER/log "%>s %U %>s "
            Include FOLDER/edge.conf
            """;

    static final String PROGRAM = "apache2";

    Apache(Setup setup) {
        super(PROGRAM, setup, "edge.conf", ProxiesPage.blocks("Apache").get(1));
        write(
                "apache2.conf",
                MAIN.replace("FOLDER", folder().toString())
                        .replace("PORT", String.valueOf(port()))
                        .replace("MODULES\n", modules()));
        start();
    }

    /** Those of the command that the page shows. */
    private static String modules() {
        String command = ProxiesPage.blocks("Apache").get(0).lines().findFirst().orElseThrow();
        return Stream.concat(DEBIAN.stream(), Stream.of(command.split(" ")).skip(1))
                .map(module -> "LoadModule " + module + "_module /usr/lib/apache2/modules/mod_" + module + ".so\n")
                .collect(Collectors.joining());
    }

    @Override
    String onPort(String shown) {
        return ProxiesPage.replace(shown, "*:443", "127.0.0.1:" + port());
    }

    @Override
    protected List<String> arguments() {
        return List.of("-DFOREGROUND", "-f", folder().resolve("apache2.conf").toString());
    }

    @Override
    public void reload() {
        signal("USR1");
    }
}

package com.scaleoutsystems.edge.client.proxies;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Squid with the page's file, which lets the user "edge" with the password "secret" through to one port. */
final class Squid extends RealProxy {

    static final String PROGRAM = "squid";

    private static final String OWN_FOLDER = """

            pid_filename FOLDER/pid
            cache_log FOLDER/errors
            access_log stdio:FOLDER/log
            coredump_dir FOLDER
            shutdown_lifetime 0 seconds
            pinger_enable off
            """;

    Squid(int allowed, Path folder) {
        super(PROGRAM, folder);
        String shown = ProxiesPage.blocks("Squid").get(1);
        shown = ProxiesPage.replace(shown, "http_port 3128", "http_port 127.0.0.1:" + port());
        shown = ProxiesPage.replace(shown, ProxiesPage.HOST, "localhost");
        shown = ProxiesPage.replace(shown, "port 443", "port " + allowed);
        shown = ProxiesPage.replace(
                shown, "/etc/squid/passwords", folder.resolve("passwords").toString());
        write("squid.conf", shown + OWN_FOLDER.replace("FOLDER", folder.toString()));
        write("passwords", password());
        letOthersWrite(folder);
        start();
    }

    /** What the page's command makes of "secret", with a salt. */
    private static String password() {
        return "edge:$apr1$edge$d.YvCxIPtYxJvkDZolmZ..\n";
    }

    /** Squid gives up root's rights, and then writes there. */
    private static void letOthersWrite(Path folder) {
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected List<String> arguments() {
        return List.of("-N", "-f", folder().resolve("squid.conf").toString());
    }

    @Override
    public void reload() {
        signal("HUP");
    }
}

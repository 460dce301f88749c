package com.scaleoutsystems.edge.client.proxies;

import java.nio.file.Path;
import java.util.List;

/** tinyproxy with the page's file, which lets the user "edge" with the password "secret" through to one port. */
final class Tinyproxy extends RealProxy {

    static final String PROGRAM = "tinyproxy";

    Tinyproxy(int allowed, Path folder) {
        super(PROGRAM, folder);
        String shown = ProxiesPage.blocks("tinyproxy").get(0);
        shown = ProxiesPage.replace(shown, "Port 3128", "Port " + port());
        shown = ProxiesPage.replace(shown, "ConnectPort 443", "ConnectPort " + allowed);
        write("tinyproxy.conf", shown);
        start();
    }

    @Override
    protected List<String> arguments() {
        return List.of("-d", "-c", folder().resolve("tinyproxy.conf").toString());
    }

    @Override
    public void reload() {
        signal("USR1");
    }
}

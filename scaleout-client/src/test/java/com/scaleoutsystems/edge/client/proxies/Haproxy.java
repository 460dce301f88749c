package com.scaleoutsystems.edge.client.proxies;

import java.util.List;

/** HAProxy with the page's file. */
final class Haproxy extends ReverseProxy {

    static final String PROGRAM = "haproxy";

    Haproxy(Setup setup) {
        super(PROGRAM, setup, "haproxy.cfg", ProxiesPage.blocks("HAProxy").get(0));
        start();
    }

    @Override
    String onPort(String shown) {
        return ProxiesPage.replace(
                ProxiesPage.replace(shown, "bind *:443 ", "bind 127.0.0.1:" + port() + " "),
                "log /dev/log ",
                "log stdout format raw ");
    }

    @Override
    protected List<String> arguments() {
        return List.of("-W", "-f", folder().resolve("haproxy.cfg").toString());
    }

    @Override
    public void reload() {
        signal("USR2");
    }
}

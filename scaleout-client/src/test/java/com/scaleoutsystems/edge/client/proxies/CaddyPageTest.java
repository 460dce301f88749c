package com.scaleoutsystems.edge.client.proxies;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Caddy as docs/proxies.md shows it. */
@Tag("nightly")
class CaddyPageTest extends BehindReverseProxy {

    @BeforeAll
    static void require() {
        RealProxy.require(Caddy.PROGRAM, "caddy");
    }

    @Override
    ReverseProxy start(ReverseProxy.Setup setup) {
        return new Caddy(setup);
    }
}

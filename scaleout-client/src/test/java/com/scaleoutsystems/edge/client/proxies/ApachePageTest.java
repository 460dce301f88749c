package com.scaleoutsystems.edge.client.proxies;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Apache as docs/proxies.md shows it. */
@Tag("nightly")
class ApachePageTest extends BehindReverseProxy {

    @BeforeAll
    static void require() {
        RealProxy.require(Apache.PROGRAM, "apache2");
    }

    @Override
    ReverseProxy start(ReverseProxy.Setup setup) {
        return new Apache(setup);
    }

    @Test
    void streamsThatAreCutWhileIdleLoseNothing() throws InterruptedException {
        assertCutStreamsLoseNothing(page -> ProxiesPage.replace(page, "body=0", "body=1,minrate=500"), "log");
    }
}

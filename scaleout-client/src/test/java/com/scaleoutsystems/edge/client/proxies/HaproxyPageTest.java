package com.scaleoutsystems.edge.client.proxies;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** HAProxy as docs/proxies.md shows it. */
@Tag("nightly")
class HaproxyPageTest extends BehindReverseProxy {

    @BeforeAll
    static void require() {
        RealProxy.require(Haproxy.PROGRAM, "haproxy");
    }

    @Override
    ReverseProxy start(ReverseProxy.Setup setup) {
        return new Haproxy(setup);
    }

    @Test
    void streamsThatAreCutWhileIdleLoseNothing() throws InterruptedException {
        assertCutStreamsLoseNothing(page -> ProxiesPage.replace(page, ProxiesPage.IDLE_TIME, "1s"), "output");
    }

    @Test
    void callsOverTheLimitAreWaitedOut() {
        assertCallsOverTheLimitAreWaitedOut(
                page -> ProxiesPage.replace(
                        page,
                        "frontend edge\n",
                        "frontend edge\n"
                                + ProxiesPage.replace(
                                        ProxiesPage.blocks("HAProxy").get(1), "gt 20", "gt 1")),
                "output");
    }

    @Test
    void oldProcessesEndAfterAReload() {
        assertOldProcessesEndAndLoseNothing(
                page -> ProxiesPage.replace(page, "hard-stop-after 30m", "hard-stop-after 1s"));
    }
}

package com.scaleoutsystems.edge.client.proxies;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** nginx as docs/proxies.md shows it. The longer tests run nightly. */
@Tag("once")
class NginxPageTest extends BehindReverseProxy {

    private String shutdownTime = "";

    @BeforeAll
    static void require() {
        RealProxy.require(Nginx.PROGRAM, "nginx-light");
    }

    @Override
    ReverseProxy start(ReverseProxy.Setup setup) {
        return shutdownTime.isEmpty() ? new Nginx(setup) : new Nginx(setup, shutdownTime);
    }

    @Test
    void modelsPassWhileTheProxyReloadsAndRestarts() {
        assertModelsPass(8);
    }

    @Test
    @Tag("nightly")
    void streamsThatAreCutWhileIdleLoseNothing() throws InterruptedException {
        assertCutStreamsLoseNothing(page -> ProxiesPage.replace(page, ProxiesPage.IDLE_TIME, "1s"), "log");
    }

    @Test
    @Tag("nightly")
    void connectionsThatEndAfterSomeCallsLoseNothing() {
        assertNewConnectionsLoseNothing(page -> "keepalive_requests 20;\n" + page);
    }

    @Test
    @Tag("nightly")
    void callsOverTheLimitAreWaitedOut() {
        assertCallsOverTheLimitAreWaitedOut(
                page -> ProxiesPage.replace(
                                ProxiesPage.replace(ProxiesPage.blocks("nginx").get(2), "20r/s", "1r/s"),
                                "burst=40",
                                "burst=2")
                        + page,
                "log");
    }

    @Test
    @Tag("nightly")
    void oldProcessesEndAfterAReload() {
        shutdownTime = "1s";
        assertOldProcessesEndAndLoseNothing(UnaryOperator.identity());
    }
}

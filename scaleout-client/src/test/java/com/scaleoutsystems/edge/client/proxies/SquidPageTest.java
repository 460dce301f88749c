package com.scaleoutsystems.edge.client.proxies;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Squid as docs/proxies.md shows it. */
@Tag("nightly")
class SquidPageTest extends BehindForwardProxy {

    @BeforeAll
    static void require() {
        RealProxy.require(Squid.PROGRAM, "squid");
    }

    @Override
    RealProxy start(int allowed, Path folder) {
        return new Squid(allowed, folder);
    }
}

package com.scaleoutsystems.edge.client.proxies;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** tinyproxy as docs/proxies.md shows it. */
@Tag("nightly")
class TinyproxyPageTest extends BehindForwardProxy {

    @BeforeAll
    static void require() {
        RealProxy.require(Tinyproxy.PROGRAM, "tinyproxy");
    }

    @Override
    RealProxy start(int allowed, Path folder) {
        return new Tinyproxy(allowed, folder);
    }
}

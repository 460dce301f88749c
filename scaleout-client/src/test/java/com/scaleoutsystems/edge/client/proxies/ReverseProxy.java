package com.scaleoutsystems.edge.client.proxies;

import com.scaleoutsystems.edge.client.network.TestAuthority;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** A proxy in front of a server. TLS ends at it, and it tells REST and gRPC apart by their paths. */
abstract class ReverseProxy extends RealProxy {

    static final TestAuthority AUTHORITY = new TestAuthority("proxies");

    /** Where the server's two ports are. */
    record Behind(int api, int combiner) {}

    /** What is behind the proxy, a folder of its own, and what a test changes in the page's configuration. */
    record Setup(Behind behind, Path folder, UnaryOperator<String> change) {}

    private final String file;
    private String configuration;

    /**
     * @param file where the configuration goes
     * @param shown the page's configuration
     */
    ReverseProxy(String program, Setup setup, String file, String shown) {
        super(program, setup.folder());
        this.file = file;
        TestAuthority.Identity identity = AUTHORITY.server();
        write("chain.pem", identity.chainPem());
        write("key.pem", identity.own().privateKeyPkcs8Pem());
        write("both.pem", identity.chainPem() + identity.own().privateKeyPkcs8Pem());
        String local = ProxiesPage.replace(
                shown, ProxiesPage.CERTIFICATES, setup.folder().toString());
        local = ProxiesPage.replace(
                local, ProxiesPage.API, "127.0.0.1:" + setup.behind().api());
        local = ProxiesPage.replace(
                local, ProxiesPage.COMBINER, "127.0.0.1:" + setup.behind().combiner());
        configuration = setup.change().apply(onPort(local));
        write(file, configuration);
    }

    /** Makes the configuration listen at the port of this proxy. */
    abstract String onPort(String shown);

    final String configuration() {
        return configuration;
    }

    /** Gives another configuration to the running proxy. */
    final void change(String changed) {
        configuration = changed;
        write(file, changed);
        reload();
    }
}

package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.client.network.ProxySettings;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The way through an HTTP proxy. */
final class ProxyOptions {

    /** Where the proxy's password comes from. */
    static final class Password {

        @Option(
                names = "--proxy-password-file",
                paramLabel = "FILE",
                description = "File with the password of the proxy's user; - reads standard input.")
        private @Nullable String file;

        @Option(
                names = "--proxy-password-env",
                paramLabel = "VAR",
                description = "Environment variable with the password of the proxy's user.")
        private @Nullable String variable;
    }

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            description = "HTTP proxy for API and combiner, http://[user@]host[:port].")
    private @Nullable String proxy;

    @ArgGroup
    private @Nullable Password password;

    @Option(
            names = "--no-proxy",
            paramLabel = "HOST",
            split = ",",
            description = "Hosts and networks to reach without the proxy, separated by commas.")
    private List<String> noProxy = List.of();

    /**
     * The proxy, if there is one.
     *
     * @throws IllegalArgumentException if the options are wrong; says which
     */
    Optional<ProxySettings> read(Console console) {
        if (proxy == null) {
            if (password != null || !noProxy.isEmpty()) {
                throw new IllegalArgumentException("--proxy is missing, without which its other options mean nothing");
            }
            return Optional.empty();
        }
        ProxySettings settings = ProxySettings.parse(proxy);
        if (!settings.password().isEmpty()) {
            throw new IllegalArgumentException(
                    "the URL of --proxy holds a password, which every user of this machine could"
                            + " read; leave it out and give --proxy-password-file or --proxy-password-env");
        }
        if (password != null) {
            settings = settings.withLogin(
                    settings.user(), Secrets.read(console, password.file, password.variable, String::strip));
        }
        return Optional.of(settings.withNoProxy(noProxy));
    }
}

package com.scaleoutsystems.edge.client.internal.net;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.ProxiedSocketAddress;
import io.grpc.ProxyDetector;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Finds the addresses of one host for gRPC, whose own resolver refuses names that are no host of a URI. A name with an underscore is
 * none, but docker compose gives such names.
 */
final class HostResolver extends NameResolverProvider {

    private static final String SCHEME = "host";
    private static final int PRIORITY = 5;

    /** Finds the addresses of a name. Blocks. */
    interface Lookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private final String host;
    private final int port;
    private final Lookup lookup;
    private final Optional<ProxyDetector> proxy;
    private final Executor threads;

    /**
     * A resolver for one host.
     *
     * @param proxy says which proxy finds the host in place of this machine, if one may
     * @param threads may be blocked
     */
    HostResolver(String host, int port, Lookup lookup, Optional<ProxyDetector> proxy, Executor threads) {
        this.host = host;
        this.port = port;
        this.lookup = lookup;
        this.proxy = proxy;
        this.threads = threads;
    }

    /** What a channel that uses this resolver asks for. */
    String target() {
        return SCHEME + ":///" + host;
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return PRIORITY;
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
        return new Resolver(args);
    }

    private StatusOr<List<EquivalentAddressGroup>> find() {
        try {
            ProxiedSocketAddress through =
                    proxy.isEmpty() ? null : proxy.get().proxyFor(InetSocketAddress.createUnresolved(host, port));
            return StatusOr.fromValue(
                    through != null
                            ? List.of(new EquivalentAddressGroup(through))
                            : Arrays.stream(lookup.addresses(host))
                                    .map(address -> new EquivalentAddressGroup(new InetSocketAddress(address, port)))
                                    .toList());
        } catch (Throwable notFound) {
            return notFound(notFound);
        }
    }

    private StatusOr<List<EquivalentAddressGroup>> notFound(Throwable reason) {
        return StatusOr.fromStatus(Status.UNAVAILABLE
                .withDescription("Unable to resolve host " + host)
                .withCause(reason));
    }

    /** Lives in the channel's synchronization context. */
    private final class Resolver extends NameResolver {

        private final Args args;
        private @Nullable Listener2 listener;
        private boolean searching;
        private boolean closed;

        Resolver(Args args) {
            this.args = args;
        }

        @Override
        public String getServiceAuthority() {
            return host + ":" + port;
        }

        @Override
        public void start(Listener2 results) {
            listener = results;
            search();
        }

        @Override
        public void refresh() {
            search();
        }

        @Override
        public void shutdown() {
            closed = true;
        }

        private void search() {
            if (searching || closed) {
                return;
            }
            searching = true;
            try {
                threads.execute(() -> tellLater(find()));
            } catch (Throwable noThread) {
                tellLater(notFound(noThread));
            }
        }

        private void tellLater(StatusOr<List<EquivalentAddressGroup>> found) {
            args.getSynchronizationContext().execute(() -> tell(found));
        }

        private void tell(StatusOr<List<EquivalentAddressGroup>> found) {
            searching = false;
            if (listener != null && !closed) {
                var unused = listener.onResult2(
                        ResolutionResult.newBuilder().setAddressesOrError(found).build());
            }
        }
    }
}

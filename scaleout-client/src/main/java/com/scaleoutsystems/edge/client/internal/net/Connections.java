package com.scaleoutsystems.edge.client.internal.net;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Hosts;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.ProxySettings;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.internal.Libraries;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.InsecureChannelCredentials;
import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.ProxiedSocketAddress;
import io.grpc.ProxyDetector;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Credentials;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Makes the connections of one client or of a group of clients, all from the same network profile. */
public final class Connections {

    /** Whether Netty offers its buffers as events; a program that sets it keeps what it set. */
    private static final String BUFFER_EVENTS = "io.grpc.netty.shaded.io.netty.jfr.enabled";

    /** In seconds. */
    private static final String LONGEST_WAIT = "999999999";

    private static final String PROXY_LOGIN = "Proxy-Authorization";

    private final NetworkProfile profile;
    private final Env env;
    private final TlsMaterial tls;
    private final AtomicBoolean looked = new AtomicBoolean();
    private final ConnectionPool pool = new ConnectionPool(1, 30, TimeUnit.SECONDS);
    private @Nullable SSLSocketFactory sockets;

    /**
     * Connections by the given profile, whose files are read now.
     *
     * @throws EdgeException IO or FAILED_PRECONDITION if a file of the profile cannot be used
     */
    public Connections(NetworkProfile profile, Env env) {
        this.profile = profile;
        this.env = env;
        this.tls = TlsMaterial.load(profile.tls());
    }

    /** The profile that these connections keep to. */
    public NetworkProfile profile() {
        return profile;
    }

    /**
     * An HTTP client for calls to one API; it connects when it is used and holds no thread while idle. The clients of one API take over
     * each other's idle connections. Follows redirects on the same server, and from there to TLS on the same host.
     */
    public OkHttpClient http(URI api) {
        HttpUrl url = ApiUrl.of(api);
        Dispatcher dispatcher = new Dispatcher(new Borrowed(env.io()));
        return url.isHttps() ? secured(url, dispatcher) : plain(url, dispatcher);
    }

    private OkHttpClient.Builder client(HttpUrl url, Dispatcher dispatcher) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(pool)
                .connectTimeout(profile.connectTimeout())
                .readTimeout(profile.callTimeout())
                .writeTimeout(profile.callTimeout())
                .callTimeout(profile.callTimeout())
                .retryOnConnectionFailure(false)
                .addNetworkInterceptor(hop -> sentOnce(hop.proceed(checked(url, hop.request()))));
        profile.proxy().ifPresent(proxy -> through(proxy, url.host(), builder));
        return builder;
    }

    private OkHttpClient secured(HttpUrl url, Dispatcher dispatcher) {
        return client(url, dispatcher)
                .sslSocketFactory(sockets(), tls.trustManager())
                .build();
    }

    /** Always the same: connections of another one are not taken over. */
    private synchronized SSLSocketFactory sockets() {
        SSLSocketFactory made = sockets;
        if (made == null) {
            made = tls.context().getSocketFactory();
            sockets = made;
        }
        return made;
    }

    /** Sets up TLS, which takes a while, only if the server redirects to it. */
    private OkHttpClient plain(HttpUrl url, Dispatcher dispatcher) {
        return client(url, dispatcher)
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .followSslRedirects(false)
                .addInterceptor(call -> {
                    Response answer = call.proceed(call.request());
                    if (!leadsToTls(answer)) {
                        return answer;
                    }
                    answer.close();
                    return secured(url, dispatcher).newCall(call.request()).execute();
                })
                .build();
    }

    private static boolean leadsToTls(Response answer) {
        String location = answer.header("Location");
        HttpUrl target =
                answer.isRedirect() && location != null ? answer.request().url().resolve(location) : null;
        return target != null && target.isHttps();
    }

    /** The keys and certificates that these connections use. */
    public TlsMaterial tls() {
        return tls;
    }

    /** The proxy on the way to a server, the profile's or the JVM's own, if there is one. */
    public Optional<ProxySettings> proxy(String host, int port) {
        if (profile.proxy().isPresent()) {
            return profile.proxy().filter(proxy -> !new NoProxy(proxy.noProxy()).covers(host));
        }
        try {
            return ProxySelector.getDefault().select(new URI("https", null, host, port, null, null, null)).stream()
                    .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                    .map(Proxy::address)
                    .filter(InetSocketAddress.class::isInstance)
                    .map(InetSocketAddress.class::cast)
                    .map(address -> ProxySettings.of(address.getHostString(), address.getPort()))
                    .findFirst();
        } catch (URISyntaxException | IllegalArgumentException noHostOfAUri) {
            return Optional.empty();
        }
    }

    /**
     * What is sent is secret: it goes nowhere but to the server that it was meant for. At another port of its host may be the server of
     * somebody else; but if one with TLS has a certificate for the host, it may take over from a server without.
     */
    private static Request checked(HttpUrl api, Request request) throws IOException {
        HttpUrl hop = request.url();
        boolean sameServer = hop.scheme().equals(api.scheme()) && hop.port() == api.port();
        boolean toTls = !api.isHttps() && hop.isHttps();
        if (!hop.host().equals(api.host()) || !(sameServer || toTls)) {
            throw new ProtocolException("redirected to " + hop.scheme() + "://" + hop.host() + ":" + hop.port()
                    + ", which is not followed; if that is the API, give its URL to api(...)");
        }
        return request;
    }

    /**
     * The answer without what makes the HTTP library send the request again by itself, body and all: a wait of no time after 503. The token
     * in a body may be good for one use, and the server may have used it before it failed. A wait that is no {@code int} would break the
     * library's call: it becomes the longest.
     */
    private static Response sentOnce(Response answer) {
        String wait = answer.header("Retry-After");
        if (wait == null || !wait.matches("0+|\\d{10,}")) {
            return answer;
        }
        Response.Builder changed = answer.newBuilder().removeHeader("Retry-After");
        return (wait.matches("0+") ? changed : changed.header("Retry-After", LONGEST_WAIT)).build();
    }

    private static void through(ProxySettings proxy, String host, OkHttpClient.Builder builder) {
        if (new NoProxy(proxy.noProxy()).covers(host)) {
            builder.proxy(Proxy.NO_PROXY);
            return;
        }
        builder.proxy(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
        if (!proxy.user().isEmpty()) {
            String login = Credentials.basic(proxy.user(), proxy.password(), StandardCharsets.UTF_8);
            builder.proxyAuthenticator((route, asked) -> asked.request().header(PROXY_LOGIN) != null
                    ? null
                    : asked.request().newBuilder().header(PROXY_LOGIN, login).build());
        }
    }

    /**
     * A channel to a combiner; it connects when it is used. The caller shuts it down.
     *
     * @param answers judges the answers of all calls, which have an {@link AnswerMark}
     * @param traffic counts what passes, and learns how many calls the channel takes at a time
     * @param bandwidth what downloads may use
     * @throws EdgeException INVALID_ARGUMENT if the combiner's host is none, or none for TLS; FAILED_PRECONDITION if gRPC is not complete
     */
    @SuppressWarnings("deprecation") // the option's newer name is missing in the Netty of older gRPC versions
    public ManagedChannel channel(
            GrpcConnectionOptions combiner, ClientInterceptor answers, Traffic traffic, Bandwidth bandwidth) {
        requireGrpcServices();
        withoutBufferEvents();
        if (!looked.getAndSet(true)) {
            HeaderLog.warnIfOn();
        }
        boolean secure = isSecure(combiner);
        ChannelCredentials credentials = secure ? tls.credentials() : InsecureChannelCredentials.create();
        NettyChannelBuilder builder = builder(combiner, secure, AnswerMark.on(credentials, connection -> {
                    traffic.limit().watch(connection);
                    bandwidth.watch(connection);
                }))
                .directExecutor()
                .offloadExecutor(env.io())
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.min(Integer.MAX_VALUE, profile.connectTimeout().toMillis()))
                .withOption(ChannelOption.ALLOCATOR, Buffers.shared())
                .withOption(ChannelOption.RCVBUF_ALLOCATOR, traffic.allocator())
                .withOption(ChannelOption.MESSAGE_SIZE_ESTIMATOR, traffic.estimator())
                .maxInboundMessageSize(profile.maxMessageBytes())
                .maxInboundMetadataSize(profile.maxMetadataBytes())
                .keepAliveTime(profile.keepAliveInterval().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(profile.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .disableRetry();
        bandwidth.window().ifPresent(builder::flowControlWindow);
        profile.authority().ifPresent(builder::overrideAuthority);
        profile.proxy().ifPresent(proxy -> builder.proxyDetector(target -> through(proxy, target)));
        return builder.intercept(answers).build();
    }

    /** gRPC takes only hosts of URIs for itself. */
    private NettyChannelBuilder builder(
            GrpcConnectionOptions combiner, boolean secure, ChannelCredentials credentials) {
        String host = combiner.target();
        int port = combiner.port();
        if (Hosts.isOfUri(host)) {
            return NettyChannelBuilder.forAddress(host, port, credentials);
        }
        if (!Hosts.isName(host)) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the combiner's host is '" + host + "', which is neither a name nor an address; correct it");
        }
        if (secure && profile.authority().isEmpty()) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the combiner's host is " + host
                            + ", and Java accepts no certificate for a name with an underscore:"
                            + " give the name of the certificate to NetworkProfile.withAuthority(...), or give the host"
                            + " another name");
        }
        HostResolver resolver = new HostResolver(
                host,
                port,
                InetAddress::getAllByName,
                profile.proxy().<ProxyDetector>map(proxy -> target -> through(proxy, target)),
                env.io());
        return resolvedBy(resolver, NettyChannelBuilder.forTarget(resolver.target(), credentials))
                .overrideAuthority(combiner.address());
    }

    @SuppressWarnings("deprecation") // The other way is a registry that all clients of the JVM share.
    private static NettyChannelBuilder resolvedBy(HostResolver resolver, NettyChannelBuilder builder) {
        return builder.nameResolverFactory(resolver);
    }

    /**
     * The Netty inside gRPC offers an event for each of its buffers to the JVM's Flight Recorder, also where nobody records. To set that up
     * takes a young process longer than a download of 8 MiB. Netty reads the property once, before its first buffer.
     */
    private static void withoutBufferEvents() {
        if (System.getProperty(BUFFER_EVENTS) == null) {
            System.setProperty(BUFFER_EVENTS, "false");
        }
    }

    /** gRPC looks its own parts up in service files, and a program that was packed into one jar may have lost some of them. */
    private static void requireGrpcServices() {
        Libraries.tooOldGrpc().ifPresent(what -> {
            throw new EdgeException(ErrorCode.FAILED_PRECONDITION, what);
        });
        if (NameResolverRegistry.getDefaultRegistry().getProviderForScheme("dns") == null
                || LoadBalancerRegistry.getDefaultRegistry().getProvider("pick_first") == null) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "gRPC cannot find its name resolver or load balancer: the jar of this program lacks entries of"
                            + " META-INF/services/io.grpc.*; merge the files in META-INF/services when you pack several jars"
                            + " into one (Maven Shade: ServicesResourceTransformer; Gradle Shadow: mergeServiceFiles())"
                            + Libraries.told());
        }
    }

    /** Whether the connection to a combiner is encrypted. */
    public boolean isSecure(GrpcConnectionOptions combiner) {
        return switch (profile.combinerTls()) {
            case AS_ASSIGNED -> combiner.tls() != TlsMode.PLAINTEXT;
            case REQUIRED -> true;
            case IF_ASSIGNED -> combiner.tls() == TlsMode.TLS;
            case OFF -> false;
        };
    }

    private static @Nullable ProxiedSocketAddress through(ProxySettings proxy, SocketAddress target)
            throws IOException {
        if (!(target instanceof InetSocketAddress host) || new NoProxy(proxy.noProxy()).covers(host.getHostString())) {
            return null;
        }
        HttpConnectProxiedSocketAddress.Builder through = HttpConnectProxiedSocketAddress.newBuilder()
                .setTargetAddress(host)
                .setProxyAddress(new InetSocketAddress(InetAddress.getByName(proxy.host()), proxy.port()));
        if (!proxy.user().isEmpty()) {
            through.setUsername(proxy.user()).setPassword(proxy.password());
        }
        return through.build();
    }

    /** OkHttp wants an ExecutorService and would shut it down; this one lends threads that are not its own. */
    private static final class Borrowed extends AbstractExecutorService {

        private final Executor threads;

        Borrowed(Executor threads) {
            this.threads = threads;
        }

        @Override
        public void execute(Runnable task) {
            threads.execute(task);
        }

        @Override
        public void shutdown() {
            // The threads belong to all clients.
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }
}

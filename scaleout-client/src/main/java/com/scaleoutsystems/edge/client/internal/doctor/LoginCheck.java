package com.scaleoutsystems.edge.client.internal.doctor;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.Claims;
import com.scaleoutsystems.edge.client.internal.api.CredentialKind;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.EdgeApis;
import com.scaleoutsystems.edge.client.internal.core.Blocking;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.join.Login;
import com.scaleoutsystems.edge.client.internal.join.Login.LoggedIn;
import com.scaleoutsystems.edge.client.internal.net.ConnectionFault;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Announcement;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Hello;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import com.scaleoutsystems.edge.client.internal.wire.Transports;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Credential, assignment and greeting: what the servers say, once they can be reached. */
final class LoginCheck implements AutoCloseable {

    private static final String ASSIGNMENT = "assignment";

    private static final String NEW_CREDENTIAL = "get a new credential from the network's operator";

    private final ClientSettings settings;
    private final Connections connections;
    private final Env env;
    private final boolean noMemory;
    private final Findings findings;
    private final Optional<EdgeApi> api;
    private final Login login;
    private String clientId;

    /**
     * A check of these settings.
     *
     * @param noMemory whether tokens cannot be kept though they should be
     */
    LoginCheck(
            ClientSettings settings,
            Connections connections,
            Env env,
            Optional<StateDirectory> directory,
            boolean noMemory,
            Findings findings) {
        Strand strand = env.strand("doctor");
        this.settings = settings;
        this.connections = connections;
        this.env = env;
        this.noMemory = noMemory;
        this.findings = findings;
        this.clientId = settings.clientId();
        this.api = settings.api()
                .map(url -> new EdgeApis(connections, settings.dialect(), env)
                        .open(url, strand, () -> settings.connect().withMaxAttempts(1)));
        this.login = new Login(settings, env, directory, strand);
    }

    /**
     * What calls show; empty if that cannot be found out.
     *
     * @param now the server's time, because this machine's may be wrong
     */
    Optional<Bearer> logIn(Instant now) {
        Credential credential = settings.credential();
        try {
            Optional<LoggedIn> last =
                    api.isEmpty() || noMemory ? Optional.empty() : await(login.remembered(api.get(), credential));
            if (last.isPresent()) {
                findings.ok("credential", "the client has tokens of its last run");
                return exchanged(last.get());
            }
            if (credential.isNone()) {
                findings.ok("credential", "none: calls show no token");
                return Optional.of(Bearer.none());
            }
            return looksGood(credential.reveal(), now) && mayBeUsed(credential.reveal())
                    ? exchanged(await(login.withCredential(api, credential)))
                    : Optional.empty();
        } catch (EdgeException e) {
            refused(e);
            return Optional.empty();
        }
    }

    private boolean looksGood(String token, Instant now) {
        CredentialKind kind = CredentialKind.of(token);
        Optional<Instant> end = Claims.of(token).expiresAt();
        if (end.isPresent() && end.get().isBefore(now)) {
            return findings.fault(
                    "credential", "credential expired: the " + kind.text() + " ended " + end.get(), NEW_CREDENTIAL, "");
        }
        return findings.ok(
                "credential",
                kind.text() + end.map(time -> ", valid until " + time).orElse(""));
    }

    /** An exchange uses many a token up: it is tried only where its outcome is kept for the client. */
    private boolean mayBeUsed(String token) {
        CredentialKind kind = CredentialKind.of(token);
        if (kind == CredentialKind.ENROLLMENT) {
            findings.ok("token", "not tried: that would enroll the client");
            return false;
        }
        if (kind != CredentialKind.API_KEY && !login.keepsTokens()) {
            findings.ok(
                    "token",
                    "not tried: the exchange may use the credential up, and this client does not keep its tokens");
            return false;
        }
        return true;
    }

    private Optional<Bearer> exchanged(LoggedIn in) {
        clientId = in.clientId();
        Optional<String> token = await(in.bearer().token());
        findings.ok(
                "token",
                token.flatMap(text -> Claims.of(text).expiresAt())
                        .map(end -> "an access token was given, valid until " + end)
                        .orElse("a token can be shown"));
        return Optional.of(in.bearer());
    }

    private void refused(EdgeException e) {
        if (e.code() == ErrorCode.UNAUTHENTICATED) {
            findings.fault("token", "credential refused: " + e.getMessage(), NEW_CREDENTIAL, Findings.describe(e));
        } else if (e.code() == ErrorCode.IO || e.code() == ErrorCode.FAILED_PRECONDITION) {
            findings.fault(
                    "credential", String.valueOf(e.getMessage()), "do what the message says", Findings.describe(e));
        } else {
            findings.fault(
                    "token",
                    "no token can be had: " + e.getMessage(),
                    "try again later; if it lasts, tell the network's operator",
                    Findings.describe(e));
        }
    }

    /** The combiner that the API assigns. */
    Optional<GrpcConnectionOptions> assign(Bearer bearer) {
        try {
            return assigned(
                    await(api.orElseThrow().assign(settings.identity(clientId), settings.preferredCombiner(), bearer)));
        } catch (EdgeException e) {
            findings.failure(ASSIGNMENT, String.valueOf(settings.api().orElseThrow()), e);
            return Optional.empty();
        }
    }

    private Optional<GrpcConnectionOptions> assigned(ConnectToApiResult result) {
        if (result instanceof ConnectToApiResult.Assigned assigned) {
            String tls = connections.isSecure(assigned.options()) ? " (TLS)" : " (plaintext)";
            findings.ok(ASSIGNMENT, result.message() + tls);
            return Optional.of(assigned.options());
        }
        if (result instanceof ConnectToApiResult.Unauthorized) {
            findings.fault(ASSIGNMENT, "credential refused: " + result.message(), NEW_CREDENTIAL, "");
        } else if (result instanceof ConnectToApiResult.ComputePackageMissing) {
            findings.fault(
                    ASSIGNMENT,
                    "no compute package yet: " + result.message(),
                    "have one set on the network, or let the client wait with waitForComputePackage(...)",
                    "");
        } else if (result instanceof ConnectToApiResult.UnmatchedConfig) {
            findings.fault(
                    ASSIGNMENT,
                    "the server does not accept this client: " + result.message(),
                    "check name, preferred combiner and clientVersion(...), which is " + settings.clientVersion(),
                    "");
        } else if (result instanceof ConnectToApiResult.IncorrectUrl) {
            findings.fault(
                    ASSIGNMENT,
                    "no Scaleout Edge API at this URL: " + result.message(),
                    "check host, port and path",
                    "");
        } else {
            findings.fault(
                    ASSIGNMENT,
                    "no assignment: " + result.message(),
                    "try again later; if it lasts, check host, port and path of the URL, and tell the network's operator. A web"
                            + " page as the answer comes from a login page or a proxy: log in there first",
                    result instanceof ConnectToApiResult.Failed failed ? Findings.describe(failed.failure()) : "");
        }
        return Optional.empty();
    }

    /** Asks the combiner whether the client's version will do. */
    void greet(GrpcConnectionOptions combiner, Bearer bearer) {
        Transports transports = new Transports(
                connections,
                settings.generation(),
                settings.transfers(),
                settings.models().models(),
                env);
        CombinerTransport transport;
        try {
            transport = transports.open(combiner, settings.identity(clientId), bearer);
        } catch (EdgeException e) {
            findings.fault(
                    "version",
                    "no connection can be made to " + combiner.address(),
                    "do what the detail says",
                    Findings.describe(e));
            return;
        }
        try {
            Hello hello = await(transport.announce(Announcement.VERSION_CHECK));
            if (hello.compatible()) {
                findings.ok("version", combiner.address() + " accepts release " + settings.clientVersion());
            } else {
                findings.fault(
                        "version",
                        "version not accepted: the combiner (" + hello.serverVersion() + ") refuses release "
                                + settings.clientVersion(),
                        "set the release that the network speaks with clientVersion(...), or upgrade this SDK",
                        hello.message());
            }
        } catch (EdgeException e) {
            notGreeted(combiner, e);
        } finally {
            transport.close();
        }
    }

    private void notGreeted(GrpcConnectionOptions combiner, EdgeException e) {
        String address = combiner.address();
        if (e instanceof ProxyAnswerException answer) {
            ConnectionFault fault = ConnectionFault.ofAnswer(answer.httpStatus());
            notGreeted(fault.finding() + ": " + address, fault.cure(), e);
        } else if (e.code() == ErrorCode.UNAUTHENTICATED) {
            notGreeted("the combiner refuses the token: " + address, NEW_CREDENTIAL, e);
        } else if (e.code() == ErrorCode.PERMISSION_DENIED) {
            notGreeted(
                    "the combiner refuses the token: " + address,
                    NEW_CREDENTIAL + "; a service mesh in front of the combiner may refuse calls, too",
                    e);
        } else if (e.code() == ErrorCode.UNIMPLEMENTED) {
            notGreeted(
                    "not a combiner: " + address + " does not know the calls of one",
                    "check host and port of the combiner, and that a proxy in front of it passes its calls on",
                    e);
        } else {
            findings.failure("version", address, e);
        }
    }

    private void notGreeted(String finding, String cure, EdgeException e) {
        findings.fault("version", finding, cure, Findings.describe(e));
    }

    @Override
    public void close() {
        api.ifPresent(EdgeApi::close);
    }

    private static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        return Blocking.await(stage, "interrupted while examining the network");
    }
}

package com.scaleoutsystems.edge.client.internal.doctor;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.net.ApiUrl;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.network.DoctorReport;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import okhttp3.HttpUrl;

/** Looks at everything that joining needs, in the order in which it is needed. Blocks on the network: not for strands. */
public final class Doctor {

    private final Env env;
    private final Findings findings = new Findings();

    /** A doctor that has looked at nothing yet. */
    public Doctor(Env env) {
        this.env = env;
    }

    /**
     * Examines a client that has not been built.
     *
     * @param settings what the host has set, once the client's id is known
     * @param clientId the id that the host has set
     * @param path the client's state directory, which is locked meanwhile
     */
    public DoctorReport examine(
            Function<String, ClientSettings> settings, Optional<String> clientId, Optional<Path> path) {
        Optional<StateDirectory> directory = new StateCheck(findings).open(path);
        try {
            Optional<String> id = directory.isPresent()
                    ? idOf(directory.get(), clientId)
                    : clientId.or(() -> Optional.of(env.newId()));
            boolean noMemory = path.isPresent() && directory.isEmpty();
            id.ifPresent(known -> join(settings.apply(known), directory, noMemory, Optional.empty()));
        } finally {
            directory.ifPresent(StateDirectory::close);
        }
        return findings.report();
    }

    /** The id of the client that a directory belongs to; empty if this cannot be the client that is examined. */
    private Optional<String> idOf(StateDirectory directory, Optional<String> clientId) {
        try {
            return Optional.of(directory.clientId(clientId, env::newId));
        } catch (EdgeException e) {
            boolean others = e.code() == ErrorCode.FAILED_PRECONDITION;
            findings.fault(
                    StateCheck.NAME,
                    (others ? "of another client: " : "not writable: ") + directory.path(),
                    others
                            ? "use the id that the directory belongs to, or another directory"
                            : StateCheck.MAKE_WRITABLE,
                    Findings.describe(e));
            return Optional.empty();
        }
    }

    /**
     * Examines a client that has been built, and leaves it as it is.
     *
     * @param bearer what the client shows, if it has logged in
     */
    public DoctorReport examine(ClientSettings settings, Optional<StateDirectory> directory, Optional<Bearer> bearer) {
        if (directory.isPresent()) {
            new StateCheck(findings).usable(directory.get().path());
        } else {
            new StateCheck(findings).open(Optional.empty());
        }
        join(settings, directory, false, bearer);
        return findings.report();
    }

    private void join(
            ClientSettings settings, Optional<StateDirectory> directory, boolean noMemory, Optional<Bearer> bearer) {
        Connections connections;
        try {
            connections = new Connections(settings.network(), env);
        } catch (EdgeException e) {
            findings.fault(
                    "tls files",
                    "unusable: " + e.getMessage(),
                    "mend the file, or name another one in TlsSettings",
                    Findings.describe(e));
            return;
        }
        try (LoginCheck login = new LoginCheck(settings, connections, env, directory, noMemory, findings)) {
            Optional<GrpcConnectionOptions> combiner = settings.join().combiner();
            Optional<Bearer> shown = bearer;
            ClockCheck clock = new ClockCheck(connections, env, findings);
            boolean reached =
                    settings.api().map(url -> reaches(connections, clock, url)).orElse(true);
            if (reached && shown.isEmpty()) {
                shown = login.logIn(clock.serverTime());
            }
            if (reached
                    && shown.isPresent()
                    && combiner.isEmpty()
                    && settings.api().isPresent()) {
                combiner = login.assign(shown.get());
            }
            if (combiner.isPresent()) {
                greet(settings, connections, settings.dialect().secured(combiner.get()), shown, login);
            }
        }
    }

    private boolean reaches(Connections connections, ClockCheck clock, URI url) {
        HttpUrl api = ApiUrl.of(url);
        Reach reach = new Reach(
                "api",
                api.host(),
                api.port(),
                connections.profile(),
                connections.proxy(api.host(), api.port()),
                findings);
        return reach.connects()
                && (!api.isHttps() || reach.speaksTls(connections.tls(), api.host(), env.wall(), "h2", "http/1.1"))
                && clock.compare(api);
    }

    private void greet(
            ClientSettings settings,
            Connections connections,
            GrpcConnectionOptions combiner,
            Optional<Bearer> bearer,
            LoginCheck login) {
        Reach reach = new Reach(
                "combiner",
                combiner.target(),
                combiner.port(),
                connections.profile(),
                connections.proxy(combiner.target(), combiner.port()),
                findings);
        String certified = settings.network()
                .authority()
                .map(name -> name.replaceFirst(":\\d+$", ""))
                .orElse(combiner.target());
        boolean reached = reach.connects()
                && (!connections.isSecure(combiner) || reach.speaksTls(connections.tls(), certified, env.wall(), "h2"));
        if (reached && bearer.isPresent()) {
            login.greet(combiner, bearer.get());
        }
    }
}

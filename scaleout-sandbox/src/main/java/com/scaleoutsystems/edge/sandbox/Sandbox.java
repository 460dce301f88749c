package com.scaleoutsystems.edge.sandbox;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.Experimental;
import com.scaleoutsystems.edge.internal.Libraries;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.fault.ActiveFaults;
import com.scaleoutsystems.edge.sandbox.fault.ControlEndpoint;
import com.scaleoutsystems.edge.sandbox.internal.lifecycle.SandboxServers;
import com.scaleoutsystems.edge.sandbox.internal.session.SessionRunner;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxSettings;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxState;
import com.scaleoutsystems.edge.sandbox.network.SandboxCertificate;
import com.scaleoutsystems.edge.sandbox.network.SandboxTokens;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A Scaleout Edge server in this process, for development and tests: the REST API that clients join through, a combiner, a
 * model service, and sessions of federated averaging.
 *
 * <p>It listens on loopback only. It speaks generation 1.1 of the protocol, or 1.0 if the builder says so. It is strict: it refuses
 * what the protocol does not allow, with an error that says why. The {@linkplain #recording() recording} contains
 * what clients send. What grows is limited, so a sandbox may run for weeks.
 *
 * <p>Any thread may call all methods. After {@link #close()}, the recording stays readable, and everything else throws
 * an {@link EdgeException} with code {@code FAILED_PRECONDITION}.
 *
 * <pre>{@code
 * try (Sandbox sandbox = Sandbox.builder().seedModel(model).start()) {
 *     // clients join at sandbox.restUri()
 *     SessionResult session = sandbox.runSession(SessionPlan.of(3, 2));
 *     System.out.println(session.rounds().get(2).metrics());
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public final class Sandbox implements AutoCloseable {
    private final SandboxState state;
    private final SandboxServers servers;
    private final Optional<String> seedModelId;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Sandbox(SandboxState state, SandboxServers servers, Optional<String> seedModelId) {
        this.state = state;
        this.servers = servers;
        this.seedModelId = seedModelId;
    }

    /**
     * Returns a builder for a sandbox.
     *
     * @return a builder with default settings
     */
    public static SandboxBuilder builder() {
        return new SandboxBuilder();
    }

    static Sandbox start(SandboxSettings settings, Optional<ScaleoutModel> seedModel) {
        SandboxState state = SandboxState.create(settings);
        try {
            Optional<String> seedModelId = seedModel.map(state::add);
            return new Sandbox(state, new SandboxServers(state), seedModelId);
        } catch (RuntimeException | Error failure) {
            state.models().close();
            if (Libraries.doNotFit(failure)) {
                throw new EdgeException(ErrorCode.FAILED_PRECONDITION, Libraries.misfit(failure), failure);
            }
            throw failure;
        }
    }

    /**
     * Where clients join.
     *
     * @return the base of the REST API, {@code http://127.0.0.1:PORT}, or {@code https} with TLS
     */
    public URI restUri() {
        return URI.create(
                (state.settings().tls() ? "https://" : "http://") + SandboxSettings.HOST + ":" + servers.restPort());
    }

    /**
     * The host of the combiner, for clients without an assignment.
     *
     * @return a loopback address
     */
    public String grpcHost() {
        return SandboxSettings.HOST;
    }

    /**
     * The port of the combiner, for clients without an assignment.
     *
     * @return the port; it changes with {@link #moveCombiner()}
     */
    public int grpcPort() {
        return servers.grpcPort();
    }

    /**
     * Issues credentials. Each call issues new ones; older ones stay valid, of unused refresh tokens the newest 10,000.
     *
     * @return one credential of each kind
     * @throws EdgeException {@code FAILED_PRECONDITION} if the sandbox was built without authentication
     */
    public SandboxTokens tokens() {
        requireOpen();
        state.settings().abilities().requireTokens();
        return state.tokens().issue();
    }

    /**
     * What clients sent, as far as the {@linkplain SandboxBuilder#recordingLimits limits} allow.
     *
     * @return the recording, which continues
     */
    public Recording recording() {
        return state.recording();
    }

    /**
     * The connected clients: they have announced themselves or polled for tasks, and have not said goodbye. Of more than 10,000
     * these are the ones that the sandbox heard of last.
     *
     * @return their ids in order
     */
    public List<String> connectedClients() {
        requireOpen();
        return state.clients().ids();
    }

    /**
     * Waits until enough clients are connected.
     *
     * @param count how many
     * @param timeout how long to wait
     * @return the ids of all connected clients, in order
     * @throws EdgeException {@code DEADLINE_EXCEEDED} if they are not there in time; {@code CANCELLED} if the sandbox was
     *     closed or the thread interrupted meanwhile
     */
    public List<String> awaitClients(int count, Duration timeout) {
        requireOpen();
        return state.changes()
                .await(
                        () -> count + " clients; connected are "
                                + state.clients().ids(),
                        timeout,
                        () -> Optional.of(state.clients().ids()).filter(ids -> ids.size() >= count));
    }

    /**
     * Gives a task to a client: with its next poll, or at once if it uses a task stream. The client may connect later.
     *
     * @param task the task
     * @return its correlation id
     * @throws EdgeException {@code ALREADY_EXISTS} if the task names the correlation id of another one;
     *     {@code RESOURCE_EXHAUSTED} if 10,000 tasks have not ended
     */
    public String submit(TaskSpec task) {
        requireOpen();
        return state.tasks().submit(task);
    }

    /**
     * Interrupts a task: sends the task again with status {@code INTERRUPTED}.
     *
     * @param correlationId the task
     * @throws EdgeException {@code NOT_FOUND} if there is no such task
     */
    public void interrupt(String correlationId) {
        requireOpen();
        state.tasks().end(correlationId, "INTERRUPTED");
    }

    /**
     * Times a task out: sends the task again with status {@code TIMEOUT}.
     *
     * @param correlationId the task
     * @throws EdgeException {@code NOT_FOUND} if there is no such task
     */
    public void timeOut(String correlationId) {
        requireOpen();
        state.tasks().end(correlationId, "TIMEOUT");
    }

    /**
     * Delivers a task again unchanged, as a server does after its first answer was lost. Twice before a poll, and both come
     * in one answer.
     *
     * @param correlationId the task
     * @throws EdgeException {@code NOT_FOUND} if there is no such task
     */
    public void redeliver(String correlationId) {
        requireOpen();
        state.tasks().redeliver(correlationId);
    }

    /**
     * Delivers a task again with another status, which the protocol may know or not.
     *
     * @param correlationId the task
     * @param status the status, such as {@code RUNNING}
     * @throws EdgeException {@code NOT_FOUND} if there is no such task
     */
    public void redeliver(String correlationId, String status) {
        requireOpen();
        state.tasks().end(correlationId, status);
    }

    /**
     * Waits until a client has reported that a task is done. The sandbox remembers the last 10,000 tasks, and less if they are large. What it reports of the same task later changes nothing here
     * and stands in the recording. A task that was pushed over a task stream, whose clients report nothing, is done with
     * its model update or validation.
     *
     * @param correlationId the task
     * @param timeout how long to wait
     * @return how it ended
     * @throws EdgeException {@code NOT_FOUND} if there is no such task; {@code DEADLINE_EXCEEDED} if it was not done in
     *     time; {@code CANCELLED} if the sandbox was closed or the thread interrupted meanwhile
     */
    public TaskOutcome awaitOutcome(String correlationId, Duration timeout) {
        requireOpen();
        return state.tasks().awaitOutcome(correlationId, timeout);
    }

    /**
     * Runs a session on the calling thread: in each round, clients train the model, their updates are averaged with the
     * weights {@code num_examples} in the order of the client ids, and clients validate the average. The same updates
     * give the same average, bit by bit.
     *
     * <p>A client that fails or is late takes no part in the round, and the result names it. The sandbox ends the task of a late
     * client.
     *
     * @param plan what the session does
     * @return the result of the session
     * @throws EdgeException {@code FAILED_PRECONDITION} if there is no model to start from, or if no client sends an
     *     update in a round; {@code NOT_FOUND} if the plan names a model that is not there; {@code DEADLINE_EXCEEDED} if not
     *     enough clients connect; {@code CANCELLED} if the sandbox was closed or the thread interrupted meanwhile
     */
    public SessionResult runSession(SessionPlan plan) {
        requireOpen();
        return new SessionRunner(plan, state, servers::transferredBytes).run(startingModel(plan));
    }

    /**
     * Runs a session, as {@link #runSession} does, on a thread of the sandbox.
     *
     * @param plan what the session does
     * @return completes with the result, or with the exception that {@link #runSession} throws; cancelling it ends the
     *     session
     */
    public CompletableFuture<SessionResult> startSession(SessionPlan plan) {
        requireOpen();
        String model = startingModel(plan);
        SessionRunner session = new SessionRunner(plan, state, servers::transferredBytes);
        CompletableFuture<SessionResult> result = new CompletableFuture<>();
        Future<?> running = servers.workers().submit(() -> {
            try {
                result.complete(session.run(model));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        var unused = result.whenComplete((value, failure) -> {
            if (result.isCancelled()) {
                running.cancel(true);
            }
        });
        return result;
    }

    /**
     * The models in the sandbox: added ones, and the uploaded ones and averages of the
     * {@linkplain SandboxBuilder#roundsWithModels last rounds}.
     *
     * @return their ids, sorted
     */
    public List<String> models() {
        requireOpen();
        return state.models().ids();
    }

    /**
     * Opens a model of the sandbox.
     *
     * @param id its id
     * @return the model, to be closed by the caller
     * @throws EdgeException {@code NOT_FOUND} if there is none
     */
    public ScaleoutModel model(String id) {
        requireOpen();
        return state.models().open(id);
    }

    /**
     * Keeps an update or an average until the sandbox is closed, instead of for a
     * {@linkplain SandboxBuilder#roundsWithModels number of rounds}.
     *
     * @param id its id
     * @throws EdgeException {@code NOT_FOUND} if there is none
     */
    public void keepModel(String id) {
        requireOpen();
        state.models().keep(id);
    }

    /**
     * Copies a model into the sandbox, so that clients can download it by its id, until the sandbox is closed.
     *
     * @param model the model, which the caller still has to close
     * @return its id
     */
    public String addModel(ScaleoutModel model) {
        requireOpen();
        return state.add(model);
    }

    /**
     * The faults of this sandbox, which a test may add and remove at any time.
     *
     * @return the faults, which stay readable after {@link #close()}
     */
    @Experimental
    public ActiveFaults faults() {
        return state.faults();
    }

    /**
     * Where programs in any language change the faults.
     *
     * @return the address and the token
     * @throws EdgeException {@code FAILED_PRECONDITION} if the sandbox was built without {@code controlPort}
     */
    @Experimental
    public ControlEndpoint control() {
        return servers.control()
                .orElseThrow(() -> new EdgeException(
                        ErrorCode.FAILED_PRECONDITION,
                        "This sandbox has no control endpoint: build it with controlPort(0)"));
    }

    /**
     * The authority of the sandbox's certificates, for the trusted certificates of clients.
     *
     * @return its certificate; the authority lives as long as the sandbox
     * @throws EdgeException {@code FAILED_PRECONDITION} if the sandbox was built without TLS
     */
    @Experimental
    public X509Certificate certificateAuthority() {
        state.settings().abilities().requireCertificates();
        return servers.authority().orElseThrow();
    }

    /**
     * Writes the certificate of the authority to a file in PEM, as clients read it.
     *
     * @param pem the file; an existing one is overwritten
     * @throws EdgeException {@code FAILED_PRECONDITION} if the sandbox was built without TLS; {@code IO} if the file cannot be
     *     written
     */
    @Experimental
    public void saveCertificateAuthority(Path pem) {
        state.settings().abilities().requireCertificates();
        String text = servers.authorityPem().orElseThrow();
        try {
            Files.writeString(pem, text);
        } catch (IOException e) {
            throw new EdgeException(ErrorCode.IO, "Cannot write the certificate to " + pem + ": " + e, e);
        }
    }

    /**
     * Replaces the certificate of API and combiner. The combiner restarts, so its connections break.
     *
     * @param kind which certificate the servers show from now on
     * @throws EdgeException {@code FAILED_PRECONDITION} if the sandbox was built without TLS
     */
    @Experimental
    public void changeCertificate(SandboxCertificate kind) {
        requireOpen();
        servers.changeCertificate(kind);
    }

    /**
     * Stops the combiner, as if its process had ended: all connections break, and its port refuses new ones. Tasks, models,
     * sessions and the recording survive. The API goes on and assigns the port of the stopped combiner. Does nothing if it is
     * stopped.
     */
    @Experimental
    public void stopCombiner() {
        requireOpen();
        servers.stopCombiner();
    }

    /**
     * Starts the combiner at its last port, after it has stopped it if necessary.
     *
     * @throws EdgeException {@code UNAVAILABLE} if another program has taken the port; the combiner stays stopped then
     */
    @Experimental
    public void restartCombiner() {
        requireOpen();
        servers.restartCombiner();
    }

    /**
     * Starts the combiner at another port, after it has stopped it if necessary. From then on the API assigns the new port,
     * and {@link #grpcPort()} returns it.
     *
     * @throws EdgeException {@code UNAVAILABLE} if no port can be opened; the combiner stays stopped then
     */
    @Experimental
    public void moveCombiner() {
        requireOpen();
        servers.moveCombiner();
    }

    /**
     * Lets all access tokens expire that the sandbox has issued so far. Refresh tokens and API keys stay valid.
     *
     * @throws EdgeException {@code FAILED_PRECONDITION} if the sandbox was built without authentication
     */
    @Experimental
    public void expireTokens() {
        requireOpen();
        state.settings().abilities().requireTokens();
        servers.expireTokens();
    }

    /**
     * Makes all tokens invalid for good that the sandbox has issued so far, also refresh tokens and API keys. {@link #tokens()} issues
     * new ones.
     *
     * @throws EdgeException {@code FAILED_PRECONDITION} if the sandbox was built without authentication
     */
    @Experimental
    public void revokeTokens() {
        requireOpen();
        state.settings().abilities().requireTokens();
        servers.revokeTokens();
    }

    /**
     * Ends everything: sessions and waiting threads with a {@code CANCELLED} exception, calls of clients by breaking
     * them off. Deletes the models. Takes seconds at most; calling it again does nothing.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            state.changes().close();
            servers.stop();
            state.models().close();
        }
    }

    private String startingModel(SessionPlan plan) {
        String id = plan.modelId()
                .or(() -> seedModelId)
                .orElseThrow(
                        () -> new EdgeException(
                                ErrorCode.FAILED_PRECONDITION,
                                "There is no model to start from: build the sandbox with seedModel or the plan with withModel"));
        return state.models().require(id).id();
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new EdgeException(ErrorCode.FAILED_PRECONDITION, "The sandbox is closed");
        }
    }
}

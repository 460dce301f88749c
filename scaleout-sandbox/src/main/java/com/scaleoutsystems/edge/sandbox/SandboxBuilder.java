package com.scaleoutsystems.edge.sandbox;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.Experimental;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.fault.ActiveFaults;
import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.internal.core.HeapSize;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxSettings;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Configures a {@link Sandbox}; {@link #start()} starts it. A builder may start several sandboxes. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class SandboxBuilder {
    private static final int HIGHEST_PORT = 65_535;

    private int restPort;
    private int grpcPort;
    private boolean authentication;
    private Duration accessTokenLifetime = Duration.ofHours(1);
    private String helperType = "numpyhelper";
    private boolean requireComputePackage;
    private Set<String> incompatibleVersions = Set.of();
    private int recordAckBatch = 1;
    private Duration recordAckDelay = Duration.ofMillis(20);
    private int downloadChunkSize = 1 << 20;
    private SandboxGeneration generation = SandboxGeneration.V1_1;
    private Optional<Long> seed = Optional.empty();
    private Clock clock = Clock.systemUTC();
    private Optional<ScaleoutModel> seedModel = Optional.empty();
    private int recordedCalls = 100_000;
    private long recordedBytes = HeapSize.partOfHeap(8);
    private int roundsWithModels = 10;
    private Optional<FaultPlan> faults = Optional.empty();
    private Consumer<FaultEvent> faultListener = event -> {};
    private OptionalInt controlPort = OptionalInt.empty();
    private boolean tls;

    SandboxBuilder() {}

    /**
     * Sets the port of the REST API. Default: 0, chosen by the system.
     *
     * @param port 0 to 65535
     * @return this
     * @throws IllegalArgumentException if the port is out of range
     */
    public SandboxBuilder restPort(int port) {
        this.restPort = port("REST", port);
        return this;
    }

    /**
     * Sets the port of the combiner. Default: 0, chosen by the system.
     *
     * @param port 0 to 65535
     * @return this
     * @throws IllegalArgumentException if the port is out of range
     */
    public SandboxBuilder grpcPort(int port) {
        this.grpcPort = port("gRPC", port);
        return this;
    }

    /**
     * Sets whether clients need a credential. Default: no. {@link Sandbox#tokens()} issues credentials.
     *
     * @param authentication whether the sandbox refuses calls without a valid access token or API key
     * @return this
     */
    public SandboxBuilder authentication(boolean authentication) {
        this.authentication = authentication;
        return this;
    }

    /**
     * Sets how long access tokens are valid. Default: one hour.
     *
     * @param lifetime positive; the expiry in the token is in whole seconds
     * @return this
     * @throws IllegalArgumentException if it is shorter than a second
     */
    public SandboxBuilder accessTokenLifetime(Duration lifetime) {
        require(lifetime.toSeconds() > 0, "The lifetime of access tokens must be at least a second, not " + lifetime);
        this.accessTokenLifetime = lifetime;
        return this;
    }

    /**
     * Sets the helper type that the assignment names. Default: {@code numpyhelper}.
     *
     * @param helperType the name of a helper of the reference client
     * @return this
     */
    public SandboxBuilder helperType(String helperType) {
        this.helperType = Objects.requireNonNull(helperType, "helperType");
        return this;
    }

    /**
     * Sets the model that sessions start from. Default: none. The sandbox copies it when it starts;
     * the caller still closes it.
     *
     * @param model a container or a raw payload; averaged models have the same form
     * @return this
     */
    public SandboxBuilder seedModel(ScaleoutModel model) {
        this.seedModel = Optional.of(Objects.requireNonNull(model, "model"));
        return this;
    }

    /**
     * Sets whether the API answers that the compute package is missing (HTTP status 203). Default: no.
     *
     * @param required whether to answer so instead of assigning a combiner
     * @return this
     */
    public SandboxBuilder requireComputePackage(boolean required) {
        this.requireComputePackage = required;
        return this;
    }

    /**
     * Sets which client versions the sandbox refuses, in the assignment (HTTP status 406) and in the combiner's version check.
     * Default: none.
     *
     * @param versions for example {@code 1.0.0}
     * @return this
     */
    public SandboxBuilder incompatibleVersions(String... versions) {
        this.incompatibleVersions = Set.of(versions);
        return this;
    }

    /**
     * Sets how many records of a stream the sandbox acknowledges together. Default: 1.
     *
     * @param records at least 1; fewer are acknowledged at the end of the stream or after {@link #recordAckDelay}
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public SandboxBuilder recordAckBatch(int records) {
        require(records > 0, "A batch of acknowledgements holds at least 1 record, not " + records);
        this.recordAckBatch = records;
        return this;
    }

    /**
     * Sets how long a record waits for its batch of acknowledgements to fill. Default: 20 ms.
     *
     * @param delay at most this long, not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public SandboxBuilder recordAckDelay(Duration delay) {
        require(!delay.isNegative(), "The delay of acknowledgements must not be negative, it is " + delay);
        this.recordAckDelay = delay;
        return this;
    }

    /**
     * Sets the chunk size of downloads. Default: 1 MiB.
     *
     * @param bytes at least 1; clients with gRPC's default limits accept a little less than 4 MiB
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public SandboxBuilder downloadChunkSize(int bytes) {
        require(bytes > 0, "A chunk has at least 1 byte, not " + bytes);
        this.downloadChunkSize = bytes;
        return this;
    }

    /**
     * Sets the generation of the protocol that the sandbox speaks. Default: the current one. In generation 1.0 the
     * sandbox keeps models without a container.
     *
     * @param generation the generation
     * @return this
     */
    @Experimental
    public SandboxBuilder generation(SandboxGeneration generation) {
        this.generation = Objects.requireNonNull(generation, "generation");
        return this;
    }

    /**
     * Sets the seed of all ids that the sandbox draws for tasks, sessions and averaged models. Default: a new one each
     * time. With the same seed, the n-th session draws the same ids, whatever happens meanwhile.
     *
     * @param seed any number
     * @return this
     */
    public SandboxBuilder seed(long seed) {
        this.seed = Optional.of(seed);
        return this;
    }

    /**
     * Sets the clock for the expiry of tokens and for the times of tasks and recorded calls. Default: the system's.
     *
     * @param clock a clock; it may be skewed or stand still
     * @return this
     */
    public SandboxBuilder clock(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Sets how much the {@linkplain Sandbox#recording() recording} keeps. When there is more, it forgets the oldest calls with
     * their messages, and still counts them. Default: 100,000 calls, and an eighth of the largest heap of this JVM.
     *
     * @param calls how many calls, at least 1; a record on a stream counts as a call
     * @param bytes how many bytes of the heap, at least 1; the sandbox estimates the size of a call, rather too high. A call that
     *     is larger than this is only counted
     * @return this
     * @throws IllegalArgumentException if a limit is below 1
     */
    public SandboxBuilder recordingLimits(int calls, long bytes) {
        require(calls > 0, "A recording keeps at least 1 call, not " + calls);
        require(bytes > 0, "A recording keeps at least 1 byte, not " + bytes);
        this.recordedCalls = calls;
        this.recordedBytes = bytes;
        return this;
    }

    /**
     * Sets what goes wrong from the start. Default: nothing. A sandbox that is built with a plan, also with
     * {@link FaultPlan#none()}, passes all bytes of its ports through a relay, which can break connections.
     *
     * @param plan the faults; {@link Sandbox#faults()} changes them later
     * @return this
     */
    @Experimental
    public SandboxBuilder faults(FaultPlan plan) {
        this.faults = Optional.of(plan);
        return this;
    }

    /**
     * Sets for how many rounds the sandbox keeps models. When a round begins, the sandbox deletes the updates and averages that
     * are older than this number of rounds, whatever their session. Added models stay, as does what {@link Sandbox#keepModel} names.
     * Default: 10.
     *
     * @param rounds how many rounds besides the current one, at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public SandboxBuilder roundsWithModels(int rounds) {
        require(rounds > 0, "The models of at least 1 round are kept, not of " + rounds);
        this.roundsWithModels = rounds;
        return this;
    }

    /**
     * Sets who learns of faults, as they happen. Default: nobody. {@link ActiveFaults#story()} has them, too.
     *
     * @param listener called on threads of the servers, one at a time or not, while the sandbox works on the call or connection. It
     *     may change the faults, must return soon, and must not wait for the sandbox, which may wait for it. The sandbox logs what it
     *     throws
     * @return this
     */
    @Experimental
    public SandboxBuilder faultListener(Consumer<FaultEvent> listener) {
        this.faultListener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Opens an endpoint through which programs in any language change the faults, by HTTP on loopback. Default: no endpoint.
     * {@link Sandbox#control()} says where it is, and which token a request needs.
     *
     * @param port 0 to 65535; 0 lets the system choose
     * @return this
     * @throws IllegalArgumentException if the port is out of range
     */
    @Experimental
    public SandboxBuilder controlPort(int port) {
        this.controlPort = OptionalInt.of(port("control", port));
        return this;
    }

    /**
     * Sets whether API and combiner use TLS. Default: no. The sandbox makes a certificate authority of its own, which
     * {@link Sandbox#certificateAuthority()} returns, and a certificate for {@code localhost} and {@code 127.0.0.1}.
     *
     * @param tls whether clients need TLS
     * @return this
     */
    @Experimental
    public SandboxBuilder tls(boolean tls) {
        this.tls = tls;
        return this;
    }

    /**
     * Starts a sandbox. When this returns, both ports are open.
     *
     * @return the running sandbox, to be closed by the caller
     * @throws EdgeException {@code UNAVAILABLE} if a port is in use, named in the message; {@code IO} if the seed model
     *     can't be copied. Nothing is left open then
     */
    public Sandbox start() {
        SandboxSettings settings = new SandboxSettings(
                restPort,
                grpcPort,
                authentication,
                accessTokenLifetime,
                helperType,
                requireComputePackage,
                incompatibleVersions,
                recordAckBatch,
                recordAckDelay,
                downloadChunkSize,
                generation,
                seed.orElseGet(() -> new SecureRandom().nextLong()),
                clock,
                recordedCalls,
                recordedBytes,
                roundsWithModels,
                faults,
                faultListener,
                controlPort,
                tls);
        return Sandbox.start(settings, seedModel);
    }

    private static int port(String name, int port) {
        require(port >= 0 && port <= HIGHEST_PORT, "The " + name + " port must be 0 to 65535, not " + port);
        return port;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}

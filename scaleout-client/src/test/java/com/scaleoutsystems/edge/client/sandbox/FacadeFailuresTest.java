package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.quickRetry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.client.ClientSeam;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.internal.core.Blocking;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.lifecycle.ConnectedCalls;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.DoctorReport;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkPolicy;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.TrustPolicy;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every method of the facade that blocks, against a server that fails: the exception reaches its caller as the one that it is, with
 * the caller's own stack, and says once what happened.
 */
@Timeout(120)
class FacadeFailuresTest {

    private static final String OWN_ID = "client-1";

    @TempDir
    Path folder;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    // What a call finds.

    /** Makes a client that is in some trouble. */
    private interface Trouble {
        EdgeClient client(FacadeFailuresTest test);
    }

    private Sandbox sandbox(boolean refusing) {
        Sandbox sandbox = (refusing
                        ? Sandbox.builder().incompatibleVersions("0.9.0").authentication(true)
                        : Sandbox.builder())
                .seedModel(model(1).withModelId("seed"))
                .start();
        open.push(sandbox);
        return sandbox;
    }

    private EdgeClient built(EdgeClientBuilder builder) {
        EdgeClient client = builder.onInference((given, task) -> "found")
                .onPredict((given, task) -> Map.of("mean", 1))
                .transfers(TransferSettings.defaults().withRetry(quickRetry().withMaxAttempts(2)))
                .build();
        open.push(client);
        return client;
    }

    /** It has joined, and trusts no model that its server has. */
    private EdgeClient trustsNoModel() {
        EdgeClient client = built(
                client(sandbox(false), OWN_ID).trust(TrustPolicy.defaults().withSigner("owner", anyKey())));
        client.start();
        return client;
    }

    private static PublicKey anyKey() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** It has joined, and its server is gone. */
    private EdgeClient hasLostItsServer() {
        Sandbox sandbox = sandbox(false);
        EdgeClient client = built(client(sandbox, OWN_ID));
        client.start();
        sandbox.close();
        return client;
    }

    /** It has joined nothing, and its server accepts neither its token nor its release. */
    private EdgeClient isRefused() {
        Sandbox sandbox = sandbox(true);
        return built(client(sandbox, OWN_ID)
                .clientVersion("0.9.0")
                .combiner(combinerOf(sandbox))
                .credential(Credential.token(sandbox.tokens().enrollment() + "x")));
    }

    private static GrpcConnectionOptions combinerOf(Sandbox sandbox) {
        return GrpcConnectionOptions.of(sandbox.grpcHost(), sandbox.grpcPort()).withTls(TlsMode.PLAINTEXT);
    }

    /** It has joined nothing. */
    private EdgeClient hasNoCombiner() {
        return built(client(sandbox(false), OWN_ID));
    }

    /** It is closed. */
    private EdgeClient isClosed() {
        EdgeClient client = hasNoCombiner();
        client.close();
        return client;
    }

    /** It has joined nothing, and its API does not answer. */
    private EdgeClient cannotReachItsApi() {
        Sandbox sandbox = sandbox(false);
        EdgeClient client =
                built(client(sandbox, OWN_ID).connectRetry(quickRetry().withMaxAttempts(2)));
        sandbox.close();
        return client;
    }

    /** It never does anything, and its caller loses patience. */
    private EdgeClient isStuck() {
        EdgeClient client = ClientSeam.build(EdgeClient.builder(), OWN_ID, folder, this::withoutSteps);
        Thread.currentThread().interrupt();
        return client;
    }

    private Adapters withoutSteps(Adapters real) {
        open.push(real.directory().orElseThrow()::close);
        open.push(real::closeStores);
        return new Adapters(
                withoutSteps(real.env()),
                real.store(),
                real.blobs(),
                real.models(),
                real.directory(),
                real.apis(),
                real.transports());
    }

    private static Env withoutSteps(Env real) {
        Strand stuck = new Strand() {
            @Override
            public void execute(Runnable step) {}

            @Override
            public Cancellable after(Duration delay, Runnable step) {
                return () -> {};
            }
        };
        return (Env) Proxy.newProxyInstance(
                Env.class.getClassLoader(),
                new Class<?>[] {Env.class},
                (self, method, arguments) ->
                        method.getName().equals("strand") ? stuck : method.invoke(real, arguments));
    }

    // What is called.

    /** A call to the facade. */
    private interface Call {
        Object on(EdgeClient client) throws Exception;
    }

    /** A call without a result. */
    private interface Command {
        void on(EdgeClient client) throws Exception;
    }

    /**
     * How a method fails.
     *
     * @param method its name and the types of its parameters
     */
    private record Failing(
            String method, Trouble trouble, Call call, Class<? extends EdgeException> type, ErrorCode code) {

        @Override
        public String toString() {
            return method;
        }
    }

    private static Failing fails(ErrorCode code, String method, Trouble trouble, Call call) {
        return new Failing(method, trouble, call, EdgeException.class, code);
    }

    private static Failing ends(ErrorCode code, String method, Trouble trouble, Command command) {
        return fails(code, method, trouble, client -> {
            command.on(client);
            return "done";
        });
    }

    private static Failing refusesModel(String method, Call call) {
        return new Failing(
                method, FacadeFailuresTest::trustsNoModel, call, ModelException.class, ErrorCode.PERMISSION_DENIED);
    }

    static Stream<Failing> blockingMethods() {
        Trouble closed = FacadeFailuresTest::isClosed;
        Trouble refused = FacadeFailuresTest::isRefused;
        Trouble alone = FacadeFailuresTest::hasNoCombiner;
        Trouble stuck = FacadeFailuresTest::isStuck;
        TaskRequest prediction = TaskRequest.of("p", "Fedn_Prediction")
                .withModelId("seed")
                .withSessionId("s")
                .withData("{}");
        PriorityClass mine = PriorityClass.of("mine", 50);
        return Stream.of(
                refusesModel("getModelFromCombiner(String)", client -> client.getModelFromCombiner("seed")),
                refusesModel("stageModel(String)", client -> client.stageModel("seed")),
                refusesModel("runInference(String,Map)", client -> client.runInference("seed", Map.of())),
                refusesModel("predictGlobalModel(TaskRequest)", client -> client.predictGlobalModel(prediction)),
                ends(
                        ErrorCode.UNAVAILABLE,
                        "sendModelToCombiner(ScaleoutModel)",
                        FacadeFailuresTest::hasLostItsServer,
                        client -> withModel(client::sendModelToCombiner)),
                ends(ErrorCode.UNAUTHENTICATED, "start()", refused, EdgeClient::start),
                ends(ErrorCode.UNAVAILABLE, "start()", FacadeFailuresTest::cannotReachItsApi, EdgeClient::start),
                ends(ErrorCode.UNAUTHENTICATED, "run()", refused, EdgeClient::run),
                ends(
                        ErrorCode.UNAUTHENTICATED,
                        "initGrpcHandler(GrpcConnectionOptions)",
                        refused,
                        client -> client.initGrpcHandler(
                                GrpcConnectionOptions.of("localhost", 1).withTls(TlsMode.PLAINTEXT))),
                fails(ErrorCode.UNAUTHENTICATED, "enroll()", refused, EdgeClient::enroll),
                ends(
                        ErrorCode.FAILED_PRECONDITION,
                        "stageModel(ScaleoutModel)",
                        alone,
                        client -> withModel(client::stageModel)),
                fails(ErrorCode.FAILED_PRECONDITION, "stagedModels()", alone, EdgeClient::stagedModels),
                fails(
                        ErrorCode.FAILED_PRECONDITION,
                        "deleteStagedModel(String)",
                        alone,
                        client -> client.deleteStagedModel("seed")),
                ends(
                        ErrorCode.FAILED_PRECONDITION,
                        "runInference(ScaleoutModel,Map)",
                        alone,
                        client -> withModel(given -> client.runInference(given, Map.of()))),
                fails(
                        ErrorCode.FAILED_PRECONDITION,
                        "startAutonomousTask(String,Map,CustomCallback)",
                        alone,
                        client -> client.startAutonomousTask("x", Map.of(), (given, task) -> "done")),
                fails(
                        ErrorCode.FAILED_PRECONDITION,
                        "startAutonomousInference(String,Map)",
                        alone,
                        client -> client.startAutonomousInference("seed", Map.of())),
                fails(ErrorCode.FAILED_PRECONDITION, "connectToApi()", closed, EdgeClient::connectToApi),
                fails(
                        ErrorCode.FAILED_PRECONDITION,
                        "connectToApi(URI,Credential)",
                        closed,
                        client -> client.connectToApi(URI.create("http://localhost"), Credential.none())),
                fails(ErrorCode.FAILED_PRECONDITION, "flush(Duration)", closed, client -> client.flush(PATIENCE)),
                ends(ErrorCode.FAILED_PRECONDITION, "pause()", closed, EdgeClient::pause),
                ends(ErrorCode.FAILED_PRECONDITION, "resume()", closed, EdgeClient::resume),
                ends(
                        ErrorCode.FAILED_PRECONDITION,
                        "setNetworkPolicy(NetworkPolicy)",
                        closed,
                        client -> client.setNetworkPolicy(NetworkPolicy.ALERTS_ONLY)),
                fails(ErrorCode.FAILED_PRECONDITION, "priorityClasses()", closed, EdgeClient::priorityClasses),
                ends(
                        ErrorCode.FAILED_PRECONDITION,
                        "addPriorityClass(PriorityClass)",
                        closed,
                        client -> client.addPriorityClass(mine)),
                ends(
                        ErrorCode.FAILED_PRECONDITION,
                        "replacePriorityClass(PriorityClass)",
                        closed,
                        client -> client.replacePriorityClass(mine)),
                ends(
                        ErrorCode.FAILED_PRECONDITION,
                        "removePriorityClass(String)",
                        closed,
                        client -> client.removePriorityClass("mine")),
                fails(
                        ErrorCode.FAILED_PRECONDITION,
                        "mergePriorityClassIntoDefault(String)",
                        closed,
                        client -> client.mergePriorityClassIntoDefault("mine")),
                fails(ErrorCode.CANCELLED, "health()", stuck, EdgeClient::health),
                ends(ErrorCode.CANCELLED, "close()", stuck, EdgeClient::close),
                ends(ErrorCode.CANCELLED, "close(Duration)", stuck, client -> client.close(PATIENCE)));
    }

    private interface ModelUse {
        void with(ScaleoutModel model) throws Exception;
    }

    private static void withModel(ModelUse use) throws Exception {
        try (ScaleoutModel model = model(1)) {
            use.with(model);
        }
    }

    /** Blocks, and tells of failures by what it returns. */
    private static final Set<String> NEVER_FAILS = Set.of("doctor()");

    private static final Set<String> RETURNS_AT_ONCE = Set.of(
            "clientId",
            "name",
            "stateDirectory",
            "state",
            "waitsForNetwork",
            "networkPolicy",
            "toString",
            "startInBackground",
            "setTrainCallback",
            "setValidateCallback",
            "setPredictCallback",
            "setInferenceCallback",
            "setStageModelCallback",
            "setCustomCallback",
            "removeCustomCallback",
            "makeCurrent",
            "checkTaskAbort",
            "currentLoggingContext",
            "currentInferenceContext",
            "logInferenceResult",
            "logMetric",
            "logTelemetry",
            "logAttributes",
            "sendStatus");

    /** Null removes a callback, and what cannot be logged is rejected by its receipt. */
    private static final Set<String> TAKES_NULL = Set.of(
            "startInBackground",
            "setTrainCallback",
            "setValidateCallback",
            "setPredictCallback",
            "setInferenceCallback",
            "setStageModelCallback",
            "logInferenceResult",
            "logMetric",
            "logTelemetry",
            "logAttributes",
            "sendStatus");

    // What is expected.

    @ParameterizedTest
    @MethodSource("blockingMethods")
    void aFailureKeepsItsTypeAndShowsItsCaller(Failing failing) {
        EdgeClient client = failing.trouble().client(this);

        Throwable caught = catchThrowable(() -> failing.call().on(client));
        Thread.interrupted();

        assertThat(caught)
                .isExactlyInstanceOf(failing.type())
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(failing.code()));
        if (caught instanceof ModelException refused) {
            assertThat(refused.reason()).isEqualTo("signature");
        }
        String name = failing.method().replaceFirst("\\(.*", "");
        assertThat(frames(caught))
                .contains(EdgeClient.class.getName() + "." + name)
                .anyMatch(frame -> frame.startsWith(FacadeFailuresTest.class.getName()));
        assertThat(count(printed(caught), String.valueOf(caught.getMessage()))).isEqualTo(1);
    }

    private static Set<String> frames(Throwable failure) {
        return Stream.concat(Stream.of(failure), Arrays.stream(failure.getSuppressed()))
                .flatMap(part -> Arrays.stream(part.getStackTrace()))
                .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                .collect(Collectors.toSet());
    }

    private static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void everyMethodRefusesNullOnTheSpot() {
        EdgeClient client = hasNoCombiner();
        List<Method> tried = publicMethods(
                        method -> method.getParameterCount() > 0 && !TAKES_NULL.contains(method.getName()))
                .toList();

        assertThat(tried).hasSizeGreaterThan(15);
        for (Method method : tried) {
            assertThat(catchThrowable(() -> method.invoke(client, new Object[method.getParameterCount()])))
                    .as("%s", method)
                    .hasCauseInstanceOf(NullPointerException.class);
        }
    }

    @Test
    void argumentsThatCanNeverWorkAreRefusedOnTheSpot() {
        EdgeClient client = hasNoCombiner();
        List<Command> wrong = List.of(
                refused -> refused.connectToApi(URI.create("edge:1"), Credential.none()),
                refused -> refused.getModelFromCombiner(" "),
                refused -> refused.stageModel(""),
                refused -> refused.deleteStagedModel(""),
                refused -> refused.runInference("", Map.of()),
                refused -> refused.predictGlobalModel(TaskRequest.of("p", "Fedn_Prediction")),
                refused -> refused.startAutonomousTask("", Map.of(), (given, task) -> "done"),
                refused -> refused.startAutonomousInference("", Map.of()),
                refused -> refused.setCustomCallback("", (given, task) -> "done"),
                refused -> refused.flush(Duration.ZERO),
                refused -> refused.close(Duration.ofSeconds(-1)));

        for (int i = 0; i < wrong.size(); i++) {
            Command call = wrong.get(i);
            assertThat(catchThrowable(() -> call.on(client)))
                    .as("call %s", i)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theFailureOfARequestForAnAssignmentIsAValue() {
        EdgeClient client = cannotReachItsApi();
        URI other = URI.create("http://localhost:1");

        for (ConnectToApiResult answer :
                List.of(client.connectToApi(), client.connectToApi(other, Credential.none()))) {
            assertThat(answer).isInstanceOfSatisfying(ConnectToApiResult.Failed.class, failed -> {
                assertThat(failed.failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
                assertThat(failed.failure().attempts()).isEqualTo(2);
                assertThat(failed.failure()).hasCauseInstanceOf(EdgeException.class);
            });
            assertThat(answer.message()).endsWith("(2 attempts)");
        }
    }

    @Test
    void aFlushToALostServerReturnsWhatRemains() {
        EdgeClient client = hasLostItsServer();
        client.sendStatus("on its way");

        FlushResult result = client.flush(Duration.ofMillis(300));

        assertThat(result.isComplete()).isFalse();
        assertThat(result.remaining()).isPositive();
    }

    @Test
    void theDoctorTellsOfFailuresInItsReport() {
        DoctorReport report = hasLostItsServer().doctor();

        assertThat(report.ok()).isFalse();
    }

    @Test
    void noMethodOfTheFacadeIsForgotten() {
        Set<String> known = blockingMethods().map(Failing::method).collect(Collectors.toCollection(TreeSet::new));
        known.addAll(NEVER_FAILS);

        assertThat(publicMethods(method -> !RETURNS_AT_ONCE.contains(method.getName())))
                .extracting(FacadeFailuresTest::signature)
                .containsExactlyInAnyOrderElementsOf(known);
    }

    private static Stream<Method> publicMethods(Predicate<Method> which) {
        return Arrays.stream(EdgeClient.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                .filter(which);
    }

    private static String signature(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(",", method.getName() + "(", ")"));
    }

    @Test
    void whatIsSaidToReturnAtOnceWaitsForNothing() {
        JavaClasses classes =
                new ClassFileImporter().importClasses(EdgeClient.class, ConnectedCalls.class, Blocking.class);
        JavaClass facade = classes.get(EdgeClient.class);
        Set<String> waiting = facade.getMethods().stream()
                .filter(method -> waits(method, List.of()))
                .map(JavaMethod::getName)
                .collect(Collectors.toSet());

        assertThat(waiting).contains("start", "close", "getModelFromCombiner");
        assertThat(waiting).doesNotContainAnyElementsOf(RETURNS_AT_ONCE);
    }

    private static boolean waits(JavaMethod method, List<JavaMethod> callers) {
        if (callers.contains(method)) {
            return false;
        }
        List<JavaMethod> path =
                Stream.concat(callers.stream(), Stream.of(method)).toList();
        return method.getMethodCallsFromSelf().stream()
                .map(call -> call.getTarget())
                .anyMatch(target -> target.getOwner().isEquivalentTo(Blocking.class) || waits(target, path));
    }

    private static boolean waits(AccessTarget.MethodCallTarget target, List<JavaMethod> callers) {
        boolean isFollowed = target.getOwner().isEquivalentTo(EdgeClient.class)
                || target.getOwner().isEquivalentTo(ConnectedCalls.class);
        return isFollowed
                && target.resolveMember().map(called -> waits(called, callers)).orElse(false);
    }
}

package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.stop;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.task.HostModels;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models whose files must go, and strands that must not wait for the disk while they do, in virtual time. */
@Timeout(120)
class ReleasedModelsTest {

    /** The common pool has few threads on a small machine. */
    private static final Executor OWN_THREAD = task -> new Thread(task).start();

    private static final Duration A_WHILE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final List<Path> deletedOnAStrand = new ArrayList<>();
    private ScaleoutModel update = model("update", 1);

    /** A cache on a disk that may not answer. It keeps nothing. */
    private static final class EmptyCache implements ModelCache {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch answers = new CountDownLatch(1);

        @Override
        public ModelSettings settings() {
            return ModelSettings.defaults();
        }

        @Override
        public Optional<ScaleoutModel> find(String modelId) {
            return Optional.empty();
        }

        @Override
        public boolean has(String modelId) {
            asked.countDown();
            try {
                return !answers.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void keep(ScaleoutModel model, boolean checksummed) {}

        @Override
        public void forget(String modelId) {}

        @Override
        public void close() {}
    }

    private SimulatedClient started(ModelCache cache) {
        return started(cache, TaskSettings.defaults(), blobs -> blobs);
    }

    private SimulatedClient started(ModelCache cache, TaskSettings tasks, UnaryOperator<BlobStore> pinned) {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> TrainResult.of(update, 10));
        SimulatedClient client = new SimulatedClient(
                callbacks,
                tasks,
                1,
                real -> new Adapters(
                        real.env(),
                        real.store(),
                        pinned.apply(real.blobs()),
                        cache,
                        real.directory(),
                        real.apis(),
                        real.transports()));
        Set<Path> before = new HashSet<>();
        client.env.watchStrands(
                () -> {
                    before.clear();
                    before.addAll(files());
                },
                () -> {
                    before.removeAll(files());
                    deletedOnAStrand.addAll(before);
                });
        client.start();
        client.combiner.addModelOnce(inAFile());
        return client;
    }

    /** The model m, whose only handle deletes its file. */
    private ScaleoutModel inAFile() {
        ModelSettings onDisk =
                ModelSettings.defaults().withTemporaryDirectory(folder).withHeapThreshold(0);
        try (ScaleoutModel model = model("m", 0)) {
            return ScaleoutModel.fromStream(model.openStream(), onDisk);
        }
    }

    /** Models that are read from the disk each time, into files that go with their handles. */
    private BlobStore inFiles(BlobStore blobs) {
        ModelSettings onDisk =
                ModelSettings.defaults().withTemporaryDirectory(folder).withHeapThreshold(0);
        return (BlobStore) Proxy.newProxyInstance(
                BlobStore.class.getClassLoader(), new Class<?>[] {BlobStore.class}, (self, method, arguments) -> {
                    Object result = method.invoke(blobs, arguments);
                    if (!method.getName().equals("open")) {
                        return result;
                    }
                    try (ScaleoutModel model = (ScaleoutModel) ((Optional<?>) result).orElseThrow()) {
                        return Optional.of(ScaleoutModel.fromStream(model.openStream(), onDisk));
                    }
                });
    }

    private Set<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            Set<Path> found = new HashSet<>(files.toList());
            found.removeIf(file -> file.toString().endsWith(".lock"));
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aModelThatNobodyWaitsForAnyLongerGoesButNotOnAStrand() {
        SimulatedClient client = started(new EmptyCache());
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.combiner.calls("→ download m") == 1);
        client.combiner.deliver(stop("t", "INTERRUPTED"));
        assertThat(files()).hasSize(1);

        client.runUntilDone("t");
        client.runFor(A_WHILE);

        assertThat(files()).isEmpty();
        assertThat(deletedOnAStrand).isEmpty();
    }

    @Test
    void aModelOfACallbackThatNeverGotAThreadGoesButNotOnAStrand() {
        List<Runnable> full = new ArrayList<>();
        SimulatedClient client = started(
                new EmptyCache(),
                TaskSettings.defaults().withCallbackThreads(CallbackThreads.on(full::add)),
                blobs -> blobs);
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> !full.isEmpty());
        client.runFor(A_WHILE);
        assertThat(files()).as("only the callback holds it").hasSize(1);
        client.combiner.deliver(stop("t", "INTERRUPTED"));

        client.runUntilDone("t");
        client.runFor(A_WHILE);

        assertThat(files()).isEmpty();
        assertThat(deletedOnAStrand).isEmpty();
    }

    @Test
    void aModelThatFindsNoThreadToBeVerifiedOnGoes() {
        SimulatedClient client = started(new EmptyCache());
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.combiner.calls("→ download m") == 1);
        client.env.withoutThreads(true);
        client.runFor(A_WHILE);

        assertThat(files()).isEmpty();
        client.env.withoutThreads(false);
        client.runUntilDone("t");
        assertThat(client.combiner.doneReports().get("t").get(0).response()).contains("unable to create native thread");
    }

    @Test
    void anUpdateOfAnAbortedTaskGoesButNotOnAStrand() {
        update = inAFile();
        SimulatedClient client = started(new EmptyCache());
        client.combiner.addModel("base", 0);
        client.combiner.deliver(train("t", "base"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.combiner.deliver(stop("t", "INTERRUPTED"));

        client.runUntilDone("t");
        client.runFor(A_WHILE);

        assertThat(deletedOnAStrand).isEmpty();
        assertThat(files())
                .as("the one that the combiner did not have to hand out")
                .hasSize(1);
    }

    /** The combiner keeps what it gets, so only an upload that fails gives the last handle back. */
    @Test
    void anUpdateWhoseUploadFailsGoesButNotOnAStrand() {
        SimulatedClient client = started(new EmptyCache(), TaskSettings.defaults(), this::inFiles);
        client.combiner.addModel("base", 0);
        Set<Path> others = files();
        client.combiner.failAlways("upload update", new EdgeException(ErrorCode.UNAVAILABLE, "made up", null, true, 1));
        client.combiner.deliver(train("t", "base"));
        client.runUntil(() -> client.combiner.calls("→ upload update") == 1);
        assertThat(files()).as("the update is in a file").hasSize(others.size() + 1);

        client.runUntil(() -> client.combiner.calls("→ upload update") == 3);
        assertThat(files()).as("only the file of the last attempt is left").hasSize(others.size() + 1);
        assertThat(deletedOnAStrand).isEmpty();

        client.combiner.workAgain();
        client.runUntilDone("t");
        assertThat(deletedOnAStrand).isEmpty();
    }

    @Test
    void aListOfStagedModelsThatWaitsForTheDiskHoldsUpNoStrand() throws Exception {
        EmptyCache cache = new EmptyCache();
        SimulatedClient client = started(cache);
        client.combiner.addModel("other", 1);
        HostModels models = models(client);
        client.await(models.stage("m").thenAccept(ScaleoutModel::close));
        client.runFor(A_WHILE);
        CompletableFuture<List<String>> list = CompletableFuture.supplyAsync(models::staged, OWN_THREAD);
        assertThat(cache.asked.await(30, TimeUnit.SECONDS)).isTrue();
        try {
            CompletableFuture<Void> next = CompletableFuture.runAsync(
                    () -> client.await(models.stage("other").thenAccept(ScaleoutModel::close)), OWN_THREAD);

            assertThat(next).succeedsWithin(Duration.ofSeconds(30));
        } finally {
            cache.answers.countDown();
        }
        assertThat(list).succeedsWithin(Duration.ofSeconds(30));
        assertThat(list.join())
                .as("those that the cache has dropped are left out")
                .containsExactly("other");
    }

    /** Whoever asks which models are staged must not drop one that is staged again in this moment. */
    @Test
    void aModelThatIsStagedAgainWhileTheDiskIsAskedForItStays() throws Exception {
        EmptyCache cache = new EmptyCache();
        SimulatedClient client = started(cache);
        HostModels models = models(client);
        client.await(models.stage("m").thenAccept(ScaleoutModel::close));
        client.runFor(A_WHILE);
        CompletableFuture<List<String>> list = CompletableFuture.supplyAsync(models::staged, OWN_THREAD);
        assertThat(cache.asked.await(30, TimeUnit.SECONDS)).isTrue();
        client.combiner.addModel("m", 1);
        client.await(models.stage("m").thenAccept(ScaleoutModel::close));
        cache.answers.countDown();

        assertThat(list).succeedsWithin(Duration.ofSeconds(30));
        assertThat(list.join()).containsExactly("m");
    }

    private static HostModels models(SimulatedClient client) {
        var calls = client.runtime.connectedCalls().calls().toCompletableFuture();
        client.await(calls);
        return calls.join().models();
    }
}

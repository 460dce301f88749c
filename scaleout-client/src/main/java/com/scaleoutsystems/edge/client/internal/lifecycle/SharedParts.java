package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.internal.api.EdgeApis;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.state.AnsweredCalls;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.FileBlobStore;
import com.scaleoutsystems.edge.client.internal.state.MemoryBlobStore;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.ModelCache;
import com.scaleoutsystems.edge.client.internal.state.MvStateStore;
import com.scaleoutsystems.edge.client.internal.state.RecentModels;
import com.scaleoutsystems.edge.client.internal.state.SharedModelCache;
import com.scaleoutsystems.edge.client.internal.state.SharedStateStore;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.state.StoredModelCache;
import com.scaleoutsystems.edge.client.internal.state.Users;
import com.scaleoutsystems.edge.client.internal.wire.SharedChannels;
import com.scaleoutsystems.edge.client.internal.wire.Transports;
import com.scaleoutsystems.edge.internal.OwnedFiles;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import java.util.Optional;

/**
 * What the clients of a group use together: the state directory with its lock, the store, the models that came before, connections to the
 * API, and the channels to each combiner. Each client gets its adapters here, also one that has no group. The last one to close closes
 * what they share.
 */
final class SharedParts {

    private final Optional<StateDirectory> directory;
    private final ModelCache models;
    private final StateStore store;
    private final Connections connections;
    private final SharedChannels channels = new SharedChannels();
    private final AnsweredCalls answered;
    private final Runnable atLast;
    private final Users users = new Users(this::close);

    private SharedParts(ClientSettings settings, Env env, Optional<StateDirectory> directory, Runnable atLast) {
        ModelStoreSettings kept = settings.models();
        // Processes that were killed may have left much there.
        OwnedFiles.deleteLeftovers(kept.models().temporaryDirectory());
        this.directory = directory;
        this.models = directory
                .<ModelCache>map(state -> StoredModelCache.open(state.path(), kept))
                .orElseGet(() -> new RecentModels(kept.models()));
        this.connections = new Connections(settings.network(), env);
        this.answered = directory
                .map(state -> AnsweredCalls.open(state.path(), env))
                .orElseGet(() -> AnsweredCalls.inMemory(env));
        this.store = directory
                .<StateStore>map(state -> MvStateStore.open(state.path(), env))
                .orElseGet(MemoryStateStore::new);
        this.atLast = atLast;
    }

    /**
     * Opens what the clients share. Blocks on the disk.
     *
     * @param settings those of any of them: what is shared is set in the same way for all
     * @param directory where the state is kept, locked
     * @param atLast what else to do when the last client is closed
     */
    static SharedParts open(ClientSettings settings, Env env, Optional<StateDirectory> directory, Runnable atLast) {
        return new SharedParts(settings, env, directory, atLast);
    }

    /**
     * Whoever opens clients is a user as well: one that fails does not close what the next one needs.
     *
     * @return to be run when the clients are open, or when that has failed
     */
    Runnable join() {
        return users.join();
    }

    /** The folder of one client in the directory of a group. Blocks on the disk. */
    Optional<StateDirectory> folder(String name) {
        return directory.map(group -> {
            Runnable leave = users.join();
            try {
                return group.member(name, leave);
            } catch (Throwable failure) {
                leave.run();
                throw failure;
            }
        });
    }

    private void close() {
        try {
            models.close();
        } finally {
            try {
                store.close();
            } finally {
                atLast.run();
            }
        }
    }

    /**
     * The adapters of one client. Blocks on the disk.
     *
     * @param own the client's folder, or the whole directory if it has it for itself
     */
    Adapters adapters(ClientSettings settings, Env env, Optional<StateDirectory> own) {
        EdgeApis apis = new EdgeApis(connections, settings.dialect(), env);
        Transports transports = new Transports(
                connections, channels, settings.generation(), settings.transfers(), models.settings(), answered, env);
        BlobStore blobs = own.<BlobStore>map(folder -> FileBlobStore.open(folder.path(), env))
                .orElseGet(MemoryBlobStore::new);
        return new Adapters(
                env,
                new SharedStateStore(store, users.join()),
                blobs,
                new SharedModelCache(models, users.join()),
                own,
                apis::open,
                transports::open);
    }
}

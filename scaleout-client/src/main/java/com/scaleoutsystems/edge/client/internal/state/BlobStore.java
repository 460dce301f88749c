package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Optional;
import java.util.Set;

/**
 * Models that are kept until the server has acknowledged them, whatever the host does with its own handles. All methods may block
 * on the disk: not for strands.
 */
public interface BlobStore extends AutoCloseable {

    /**
     * Keeps a model under an id, whole or not at all.
     *
     * @param id under which {@link #open(String)} gives it back; its own, which a model that is no container does not carry
     * @param model the model; the caller keeps its handle
     * @return whether it is kept for as long as the store is; if not, for as long as the process, and no row may promise it
     */
    boolean pin(String id, ScaleoutModel model);

    /** A new handle on a kept model; the caller closes it. Empty if there is none under the id. */
    Optional<ScaleoutModel> open(String id);

    /** Lets go of a kept model; does nothing if there is none under the id. Never throws. */
    void release(String id);

    /**
     * Releases what earlier processes have kept, except for the models of these ids and for those that were pinned again since. Called
     * when it is known that no row refers to the others. Never throws.
     */
    void releaseEarlierExcept(Set<String> ids);

    /** Closes the store; models on disk stay there. */
    @Override
    void close();
}

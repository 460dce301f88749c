package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Optional;

/** Models that came before, so that training, validation and inference share one download. May block on the disk: not for strands. */
public interface ModelCache extends AutoCloseable {

    /** How models are read that may be kept here. */
    ModelSettings settings();

    /** A new handle on a model that is here, verified; the caller closes it. */
    Optional<ScaleoutModel> find(String modelId);

    /** Whether a model is here. That does not count as a use. */
    boolean has(String modelId);

    /**
     * Keeps a model; the caller keeps its handle.
     *
     * @param checksummed whether it matched a checksum of the combiner's, or is the host's own; what did not is not kept beyond the
     *     client's life, since a later one may ask for more
     */
    void keep(ScaleoutModel model, boolean checksummed);

    /** Drops a model if it is here and nobody has staged it. */
    void forget(String modelId);

    /**
     * An identity has staged a model, which may come into the cache later: it does not leave to make room for others. Never blocks.
     *
     * @param identity which one
     */
    default void staged(String modelId, String identity) {}

    /** An identity needs a model that it has staged no longer. */
    default void unstaged(String modelId, String identity) {}

    /** Closes the cache; handles that were given out stay good. */
    @Override
    void close();
}

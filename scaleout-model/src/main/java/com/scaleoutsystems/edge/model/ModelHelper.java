package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * An encoding of the training model, known by the name that a container carries as {@code helper_type}.
 *
 * <p>Implement it for encodings of one's own and register it with {@link ModelSettings#withHelper(ModelHelper)}. It is
 * called by any thread, also by several at once.
 *
 * @since 0.1.0
 */
public interface ModelHelper {
    /**
     * Gives the name under which containers carry the encoding.
     *
     * @return for example {@code numpyhelper}; the same at every call, not empty
     */
    String helperType();

    /**
     * Encodes parameters.
     *
     * @param parameters the tensors
     * @param out where to; need not be closed or buffered
     * @throws IOException if the target fails
     */
    void encode(ModelParameters parameters, OutputStream out) throws IOException;

    /**
     * Decodes parameters.
     *
     * @param in the encoded parameters, to their end; need not be closed or buffered
     * @return the tensors
     * @throws IOException if the source fails
     * @throws ModelException if the content can't be decoded
     */
    ModelParameters decode(InputStream in) throws IOException;
}

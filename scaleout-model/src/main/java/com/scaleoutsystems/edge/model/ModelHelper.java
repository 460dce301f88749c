package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * An encoding of the training model. Containers name it in {@code helper_type}.
 *
 * <p>Implement it for a custom encoding, and register it with {@link ModelSettings#withHelper(ModelHelper)}. Any thread may call it,
 * also several at once.
 *
 * @since 0.1.0
 */
public interface ModelHelper {
    /**
     * The name of the encoding in containers.
     *
     * @return for example {@code numpyhelper}; the same at every call, not empty
     */
    String helperType();

    /**
     * Encodes parameters.
     *
     * @param parameters the tensors
     * @param out the target; need not be closed or buffered
     * @throws IOException if the target fails
     */
    void encode(ModelParameters parameters, OutputStream out) throws IOException;

    /**
     * Decodes parameters.
     *
     * @param in the encoded parameters, to their end; need not be closed or buffered
     * @return the tensors
     * @throws IOException if the source fails
     * @throws ModelException if the content is not decodable
     */
    ModelParameters decode(InputStream in) throws IOException;
}

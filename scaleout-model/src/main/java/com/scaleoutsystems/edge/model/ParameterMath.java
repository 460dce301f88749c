package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;

/** What averaging and clipping share. */
final class ParameterMath {
    private ParameterMath() {}

    static void requireAlike(ModelParameters expected, ModelParameters found) {
        if (expected.size() != found.size()) {
            throw new ModelException(
                    ErrorCode.INVALID_ARGUMENT,
                    "bad_tensor",
                    "The parameters have " + found.size() + " tensors where " + expected.size() + " are expected");
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).isLike(found.get(i))) {
                throw new ModelException(
                        ErrorCode.INVALID_ARGUMENT,
                        "bad_tensor",
                        "The tensor '" + expected.names().get(i) + "' is " + found.get(i) + " where " + expected.get(i)
                                + " is expected; all parameters must come from one architecture");
            }
        }
    }
}

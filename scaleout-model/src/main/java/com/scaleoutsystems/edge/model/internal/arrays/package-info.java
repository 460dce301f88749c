/** Files of named arrays: {@code .npy} in {@code .npz} archives, and safetensors. Not part of the API. */
@NullMarked
package com.scaleoutsystems.edge.model.internal.arrays;

import org.jspecify.annotations.NullMarked;

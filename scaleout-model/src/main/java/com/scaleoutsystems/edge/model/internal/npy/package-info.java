/** Headers of .npy arrays and the archives (.npz) that hold them. Not part of the API. */
@NullMarked
package com.scaleoutsystems.edge.model.internal.npy;

import org.jspecify.annotations.NullMarked;

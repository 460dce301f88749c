package com.scaleoutsystems.edge.examples.digits;

import java.util.List;

/**
 * Labelled images, in a fixed order.
 *
 * @param images at least one
 */
record Examples(List<Image> images) {

    Examples {
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("No images: at least one is needed to train or to evaluate");
        }
    }

    int size() {
        return images.size();
    }
}

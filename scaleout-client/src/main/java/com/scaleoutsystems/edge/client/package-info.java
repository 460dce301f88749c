/**
 * Takes part in federated learning on a Scaleout Edge network.
 *
 * <p>{@link com.scaleoutsystems.edge.client.EdgeClient} joins the network, takes tasks from a combiner, runs the host's
 * callbacks and reports. Everything that a host program needs stands in this package; what lies under {@code internal} may
 * change at any time.
 */
@NullMarked
package com.scaleoutsystems.edge.client;

import org.jspecify.annotations.NullMarked;

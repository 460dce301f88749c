/**
 * Takes part in federated learning on a Scaleout Edge network.
 *
 * <p>{@link com.scaleoutsystems.edge.client.EdgeClient} joins the network, takes tasks from a combiner, runs the host's
 * callbacks and reports. What it works with lies beside it by concept: {@link com.scaleoutsystems.edge.client.task tasks and
 * callbacks}, {@link com.scaleoutsystems.edge.client.record records and receipts}, {@link com.scaleoutsystems.edge.client.network
 * networks and credentials}, {@link com.scaleoutsystems.edge.client.event states and listeners}. What lies under {@code internal}
 * may change at any time.
 */
@NullMarked
package com.scaleoutsystems.edge.client;

import org.jspecify.annotations.NullMarked;

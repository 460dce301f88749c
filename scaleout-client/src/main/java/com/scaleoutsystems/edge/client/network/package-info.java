/** Access to the network: addresses, credentials, TLS, proxies, tokens, retries, and the report of the doctor. */
@NullMarked
package com.scaleoutsystems.edge.client.network;

import org.jspecify.annotations.NullMarked;

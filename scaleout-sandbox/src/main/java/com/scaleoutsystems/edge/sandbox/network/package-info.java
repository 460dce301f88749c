/** How clients reach a sandbox: the generation of the protocol and the credentials. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.network;

import org.jspecify.annotations.NullMarked;

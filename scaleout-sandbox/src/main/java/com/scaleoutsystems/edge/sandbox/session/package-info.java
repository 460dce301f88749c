/** What a sandbox gives clients to do, and what came of it: sessions and single tasks. */
@NullMarked
package com.scaleoutsystems.edge.sandbox.session;

import org.jspecify.annotations.NullMarked;

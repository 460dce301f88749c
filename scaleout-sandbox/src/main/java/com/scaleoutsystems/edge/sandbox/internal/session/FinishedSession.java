package com.scaleoutsystems.edge.sandbox.internal.session;

import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.util.List;

/** The result of one session. */
record FinishedSession(String sessionId, int finishedRounds, List<RoundResult> rounds) implements SessionResult {}

package com.scaleoutsystems.edge.client.architecture.planted.house.internal.room;

import com.scaleoutsystems.edge.proto.Response;
import io.grpc.Status;

/** A neutral class that knows gRPC and a message. */
record KnowsTheWire(Status status, Response response) {}

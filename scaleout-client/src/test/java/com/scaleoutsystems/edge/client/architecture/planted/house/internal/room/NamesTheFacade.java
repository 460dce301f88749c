package com.scaleoutsystems.edge.client.architecture.planted.house.internal.room;

import com.scaleoutsystems.edge.client.architecture.planted.house.Facade;

/** An internal class that knows the facade. */
record NamesTheFacade(Facade facade) {}

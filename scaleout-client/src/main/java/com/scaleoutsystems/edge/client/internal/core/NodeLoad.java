package com.scaleoutsystems.edge.client.internal.core;

/**
 * How busy the machine is.
 *
 * @param memoryPercent memory in use, 0 to 100
 * @param cpuPercent processors in use since the last look, 0 to 100
 */
public record NodeLoad(double memoryPercent, double cpuPercent) {}

package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Generations of the protocol, as the command line names them. */
final class Generations {

    private Generations() {}

    /** What a client expects of its combiner. */
    static final class OfClient implements ITypeConverter<Generation> {

        @Override
        public Generation convert(String text) {
            return switch (text) {
                case "auto" -> Generation.AUTO;
                case "1.0" -> Generation.V1_0;
                case "1.1" -> Generation.V1_1;
                default -> throw new TypeConversionException("'" + text + "' is none of auto, 1.0 and 1.1");
            };
        }
    }

    /** What a sandbox speaks. */
    static final class OfSandbox implements ITypeConverter<SandboxGeneration> {

        @Override
        public SandboxGeneration convert(String text) {
            return switch (text) {
                case "1.0" -> SandboxGeneration.V1_0;
                case "1.1" -> SandboxGeneration.V1_1;
                default -> throw new TypeConversionException("'" + text + "' is neither 1.1 nor 1.0");
            };
        }
    }
}

package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Generations of the protocol, as the command line names them. */
final class Generations {

    private Generations() {}

    private static <T> T parsed(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException unknown) {
            throw new TypeConversionException(unknown.getMessage());
        }
    }

    /** What a client expects of its combiner. */
    static final class OfClient implements ITypeConverter<Generation> {

        @Override
        public Generation convert(String text) {
            return parsed(text, Generation::parse);
        }
    }

    /** What a sandbox speaks. */
    static final class OfSandbox implements ITypeConverter<SandboxGeneration> {

        @Override
        public SandboxGeneration convert(String text) {
            return parsed(text, SandboxGeneration::parse);
        }
    }
}

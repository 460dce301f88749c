package com.scaleoutsystems.edge.benchmarks;

/**
 * One of those that are compared.
 *
 * @param name for people
 * @param procedure what it does
 */
public record Side(String name, Procedure procedure) {
    public static final String JAVA = "Java";
    public static final String PYTHON = "Python";

    /** Does the work once, in a process of its own, and measures it. */
    public interface Procedure {
        /**
         * Runs once.
         *
         * @param bench gives processes, servers and models
         * @throws Exception if it can't be measured; the message says why
         */
        Run run(Bench bench) throws Exception;
    }

    /** This SDK. */
    public static Side java(Procedure procedure) {
        return new Side(JAVA, procedure);
    }

    /** The reference client. */
    public static Side python(Procedure procedure) {
        return new Side(PYTHON, procedure);
    }
}

package com.scaleoutsystems.edge.client.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.File;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.spi.LocationAwareLogger;

/** Rules on the shape of the code. Each takes what it needs to know, so that a test can aim it at a planted violation. */
final class CodeRules {

    private static final Set<Class<?>> GENERATORS = Set.of(Random.class, SecureRandom.class, SplittableRandom.class);

    private static final Set<Class<?>> POOLS = Set.of(ThreadPoolExecutor.class, ScheduledThreadPoolExecutor.class);

    /** Methods of queues, locks, latches, executors and futures that wait for a length of real time. */
    private static final Set<String> TIMED_WAITS = Set.of(
            "get",
            "await",
            "awaitNanos",
            "awaitTermination",
            "awaitAdvanceInterruptibly",
            "invokeAll",
            "invokeAny",
            "poll",
            "offer",
            "tryTransfer",
            "tryAcquire",
            "tryLock",
            "exchange");

    /** Methods of the class Thread that wait for real time or make a thread. Some are newer than Java 17. */
    private static final Set<String> METHODS_OF_THREADS =
            Set.of("sleep", "ofVirtual", "ofPlatform", "startVirtualThread");

    /** The types of slf4j that the SDK uses; 1.7 has them all. */
    private static final Set<Class<?>> SLF4J_1_7 =
            Set.of(Logger.class, LoggerFactory.class, MDC.class, Marker.class, Level.class, LocationAwareLogger.class);

    private CodeRules() {}

    /** Packages depend on each other in one direction only. */
    static ArchRule noCircleOfPackages() {
        return slices().assignedFrom(new EachPackage()).should().beFreeOfCycles();
    }

    /**
     * Each package below another one uses only those of its neighbours that it may.
     *
     * @param house the package around them
     * @param uses what each may use, by its last name: a neighbour such as {@code api}, or one class of a neighbour, such as
     *     {@code api.Bearer}
     */
    static ArchRule useOnlyWhatTheyMay(String house, Map<String, Set<String>> uses) {
        return classes().that().resideInAPackage(house + ".*..").should(new ArchCondition<>("use what they may") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String own = room(house, type);
                Set<String> allowed = uses.getOrDefault(own, Set.of());
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass used =
                            ClassGraph.topLevel(dependency.getTargetClass().getBaseComponentType());
                    String other = room(house, used);
                    if (!other.isEmpty()
                            && !other.equals(own)
                            && !allowed.contains(other)
                            && !allowed.contains(other + "." + used.getSimpleName())) {
                        events.add(SimpleConditionEvent.violated(
                                dependency, own + " may not use " + other + ": " + dependency.getDescription()));
                    }
                }
            }
        });
    }

    /** The last name of the package below the house in which a class lies; empty if it lies elsewhere. */
    private static String room(String house, JavaClass type) {
        return type.getPackageName().startsWith(house + ".")
                ? type.getPackageName().substring(house.length() + 1).replaceFirst("\\..*", "")
                : "";
    }

    /**
     * Two classes may know each other, as a class and its builder do. More may not.
     *
     * @param graph the dependencies of all classes that the rule looks at
     */
    static ArchRule noCircleOfClasses(ClassGraph graph) {
        return classes().should(new ArchCondition<>("be in no circle of more than two classes") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Set<String> circle = graph.circleOf(type);
                if (type.isTopLevelClass() && circle.size() > 2) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " is in the circle " + circle));
                }
            }
        });
    }

    /**
     * A class works with a limited number of our own classes.
     *
     * @param graph the dependencies of all classes that the rule looks at
     * @param most the largest number of other classes; nested classes count as the class around them
     * @param exceptions names of the classes whose job is to know many others
     */
    static ArchRule fewCollaborators(ClassGraph graph, int most, Set<String> exceptions) {
        return classes().should(new ArchCondition<>("use at most " + most + " of our own classes") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Set<String> used = graph.usedBy(type);
                if (type.isTopLevelClass() && used.size() > most && !exceptions.contains(type.getName())) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getName() + " uses " + used.size() + " of our own classes: " + used));
                }
            }
        });
    }

    /** What is in these packages never uses one of these classes. */
    static ArchRule neverUse(String packages, DescribedPredicate<JavaClass> forbidden) {
        return noClasses().that().resideInAPackage(packages).should().dependOnClassesThat(forbidden);
    }

    /**
     * Only some packages use what lies in another one.
     *
     * @param packages the packages that the rule looks at
     * @param used the package that only some may use
     * @param allowed those that may
     */
    static ArchRule onlyThese(String packages, String used, String... allowed) {
        return noClasses()
                .that()
                .resideInAPackage(packages)
                .and()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(used);
    }

    /**
     * Real time, chance and threads have one door.
     *
     * @param packages the packages that the rule looks at
     * @param door the package behind which they lie
     */
    static ArchRule noClockChanceOrThreadBut(String packages, String door) {
        return noClasses()
                .that()
                .resideInAPackage(packages)
                .and()
                .resideOutsideOfPackage(door)
                .should()
                .accessTargetWhere(describe(
                        "it tells the time, draws at random, waits or starts a thread",
                        access -> isClock(access) || isChance(access) || isThread(access) || isTimer(access)))
                .orShould()
                .beAssignableTo(Thread.class);
    }

    /**
     * Logs have one door, behind which texts of servers become harmless.
     *
     * @param packages the packages that the rule looks at
     * @param door the package behind which they lie
     */
    static ArchRule noLoggerBut(String packages, String door) {
        return noClasses()
                .that()
                .resideInAPackage(packages)
                .and()
                .resideOutsideOfPackage(door)
                .should()
                .dependOnClassesThat(describe(
                        "make loggers or label their lines",
                        type -> type.isEquivalentTo(LoggerFactory.class) || type.isEquivalentTo(MDC.class)));
    }

    /**
     * A method that only one class may call, its inner classes included.
     *
     * @param packages the packages that the rule looks at
     * @param owner the type with the method
     * @param caller the name of the one class
     */
    static ArchRule onlyCalledBy(String packages, String owner, String method, String caller) {
        return noClasses()
                .that()
                .resideInAPackage(packages)
                .and(describe(
                        "are not " + caller,
                        type -> !type.getName().equals(caller)
                                && !type.getName().startsWith(caller + "$")))
                .should()
                .callMethodWhere(describe(
                        "calls " + method + " of " + owner,
                        call -> call.getName().equals(method)
                                && call.getTargetOwner().isAssignableTo(owner)));
    }

    /**
     * A program may have slf4j 1.7, which lacks the fluent methods of slf4j 2 and most of its helpers.
     *
     * @param packages the packages that the rule looks at
     */
    static ArchRule onlyWhatSlf4j17Has(String packages) {
        return noClasses()
                .that()
                .resideInAPackage(packages)
                .should()
                .dependOnClassesThat(describe(
                        "slf4j 1.7 may lack",
                        type -> type.getPackageName().startsWith("org.slf4j")
                                && SLF4J_1_7.stream().noneMatch(type::isEquivalentTo)))
                .orShould()
                .callMethodWhere(describe(
                        "it is a method of slf4j 2",
                        access -> access.getTargetOwner().isEquivalentTo(Logger.class)
                                && access.getTarget().getName().matches("at[A-Z].*|make.*|isEnabledForLevel")));
    }

    private static boolean isClock(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        return owner.isEquivalentTo(System.class) && (name.equals("currentTimeMillis") || name.equals("nanoTime"))
                || owner.getPackageName().equals("java.time") && name.equals("now")
                || owner.isEquivalentTo(Clock.class)
                || owner.isEquivalentTo(Calendar.class)
                || owner.isEquivalentTo(Date.class)
                        && isConstructor(access)
                        && parameters(access).isEmpty();
    }

    private static boolean isChance(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        return owner.isEquivalentTo(UUID.class) && name.equals("randomUUID")
                || owner.isEquivalentTo(Math.class) && name.equals("random")
                || owner.isEquivalentTo(ThreadLocalRandom.class)
                || owner.isEquivalentTo(RandomGenerator.class) && name.startsWith("of")
                || owner.isEquivalentTo(RandomGenerator.class) && name.equals("getDefault")
                || owner.isEquivalentTo(RandomGeneratorFactory.class)
                || GENERATORS.stream().anyMatch(owner::isEquivalentTo) && isConstructor(access)
                || owner.isEquivalentTo(SecureRandom.class) && name.startsWith("getInstance")
                || owner.isEquivalentTo(Collections.class)
                        && name.equals("shuffle")
                        && parameters(access).size() == 1
                || (owner.isEquivalentTo(Files.class) || owner.isEquivalentTo(File.class))
                        && name.startsWith("createTemp");
    }

    private static boolean isThread(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        return owner.isEquivalentTo(Thread.class) && (isConstructor(access) || METHODS_OF_THREADS.contains(name))
                || owner.isEquivalentTo(Executors.class)
                || POOLS.stream().anyMatch(owner::isEquivalentTo) && isConstructor(access)
                || owner.isEquivalentTo(ForkJoinPool.class)
                || owner.getPackageName().startsWith("java.util") && name.startsWith("parallel")
                || owner.isEquivalentTo(CompletableFuture.class)
                        && name.endsWith("Async")
                        && parameters(access).stream().noneMatch(type -> type.isEquivalentTo(Executor.class));
    }

    private static boolean isTimer(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getName();
        return owner.isEquivalentTo(Timer.class)
                || owner.isEquivalentTo(CompletableFuture.class)
                        && (name.equals("completeOnTimeout")
                                || name.equals("orTimeout")
                                || name.equals("delayedExecutor"))
                || owner.getPackageName().startsWith("java.util.concurrent")
                        && TIMED_WAITS.contains(name)
                        && takesTime(access)
                || name.equals("awaitUntil")
                || owner.isEquivalentTo(LockSupport.class) && name.startsWith("park")
                || name.equals("wait") && takesTime(access)
                || owner.isEquivalentTo(Thread.class)
                        && name.equals("join")
                        && !parameters(access).isEmpty()
                || owner.isEquivalentTo(Process.class) && name.equals("waitFor")
                || owner.isEquivalentTo(TimeUnit.class) && (name.equals("sleep") || name.startsWith("timed"));
    }

    private static boolean isConstructor(JavaAccess<?> access) {
        return access.getName().equals("<init>");
    }

    private static boolean takesTime(JavaAccess<?> access) {
        return parameters(access).stream().anyMatch(type -> type.isEquivalentTo(long.class));
    }

    private static List<JavaClass> parameters(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target ? target.getRawParameterTypes() : List.of();
    }

    /** Each package of ours is a slice of its own. */
    private static final class EachPackage implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getPackageName().startsWith("com.scaleoutsystems.edge")
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}

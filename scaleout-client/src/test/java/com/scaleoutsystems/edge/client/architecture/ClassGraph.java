package com.scaleoutsystems.edge.client.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which top-level class uses which. What a nested class uses counts as used by the class around it. */
final class ClassGraph {

    private final Map<String, Set<String>> uses = new TreeMap<>();
    private final Map<String, Set<String>> reachable = new TreeMap<>();

    /** The graph of these classes; what they use besides is left out. */
    ClassGraph(JavaClasses classes) {
        for (JavaClass type : classes) {
            uses.computeIfAbsent(topLevel(type).getName(), name -> new TreeSet<>());
        }
        for (JavaClass type : classes) {
            Set<String> used = usedBy(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String target = topLevel(dependency.getTargetClass().getBaseComponentType())
                        .getName();
                if (uses.containsKey(target) && !target.equals(topLevel(type).getName())) {
                    used.add(target);
                }
            }
        }
    }

    static JavaClass topLevel(JavaClass type) {
        JavaClass outermost = type;
        while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
        }
        return outermost;
    }

    Set<String> usedBy(JavaClass type) {
        return uses.getOrDefault(topLevel(type).getName(), Set.of());
    }

    /** All classes that the class reaches and that reach it, itself among them. */
    Set<String> circleOf(JavaClass type) {
        String name = topLevel(type).getName();
        Set<String> circle = new TreeSet<>(Set.of(name));
        for (String other : reachableFrom(name)) {
            if (reachableFrom(other).contains(name)) {
                circle.add(other);
            }
        }
        return circle;
    }

    private Set<String> reachableFrom(String name) {
        return reachable.computeIfAbsent(name, start -> {
            Set<String> seen = new HashSet<>();
            Deque<String> open = new ArrayDeque<>(uses.getOrDefault(start, Set.of()));
            while (!open.isEmpty()) {
                String next = open.pop();
                if (seen.add(next)) {
                    open.addAll(uses.getOrDefault(next, Set.of()));
                }
            }
            return seen;
        });
    }
}

package com.scaleoutsystems.edge.client.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;

/** The rule on what may stand in the signatures of the public API. */
final class PublicSignatures {

    private static final String ROOT = "com.scaleoutsystems.edge.";

    private PublicSignatures() {}

    /** Public types below a package, internals and messages apart, name only types of the JDK and public types of our own. */
    static ArchRule nameNoThirdPartyType(String packages) {
        return classes()
                .that()
                .arePublic()
                .and()
                .resideInAPackage(packages)
                .and()
                .resideOutsideOfPackages(ROOT + "proto..", "..internal..")
                .should(exposeNothingElse());
    }

    private static ArchCondition<JavaClass> exposeNothingElse() {
        return new ArchCondition<>("expose only types of the JDK and public types of our own") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getMembers().stream()
                        .filter(PublicSignatures::isVisible)
                        .forEach(member -> typesOf(member)
                                .filter(exposed -> !isAllowed(member, exposed))
                                .forEach(exposed -> events.add(SimpleConditionEvent.violated(
                                        member, member.getFullName() + " exposes " + exposed.getName()))));
            }
        };
    }

    private static boolean isVisible(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
                && !modifiers.contains(JavaModifier.SYNTHETIC);
    }

    private static Stream<JavaClass> typesOf(JavaMember member) {
        if (member instanceof JavaField field) {
            return field.getAllInvolvedRawTypes().stream();
        }
        JavaCodeUnit code = (JavaCodeUnit) member;
        return Stream.of(
                        code.getReturnType().getAllInvolvedRawTypes().stream(),
                        code.getParameterTypes().stream().flatMap(type -> type.getAllInvolvedRawTypes().stream()),
                        code.getExceptionTypes().stream())
                .flatMap(types -> types);
    }

    private static boolean isAllowed(JavaMember member, JavaClass type) {
        String name = type.getBaseComponentType().getName();
        boolean ours = name.startsWith(ROOT) && !name.contains(".internal.") && !name.startsWith(ROOT + "proto.");
        boolean chunkOfTheModel = name.equals(ROOT + "proto.FileChunk")
                && member.getOwner().getSimpleName().startsWith("ScaleoutModel")
                && member instanceof JavaMethod;
        return type.getBaseComponentType().isPrimitive()
                || name.startsWith("java.")
                || name.startsWith("javax.net.")
                || name.startsWith("javax.crypto.")
                || ours
                || chunkOfTheModel;
    }
}
